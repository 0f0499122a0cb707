import type { Job } from "../../ports/job-store.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import type { RunOperation } from "../../requests/operation.ts";
import { actorOf, type Requester } from "../../requests/requester.ts";
import type { JobAccess } from "../job-access.ts";
import type { JobControl } from "../job-control.ts";
import type { JobTable } from "../job-table.ts";

/**
 * Goes on with a job that has failed, or was cancelled with `keep`, from where it stood.
 * @throws RequestError forbidden, not_found, conflict where it cannot go on, gone where what it needs is not kept, too_many
 */
export type RetryJob = (id: string, requester: Requester) => Promise<Job>;

export interface RetryJobParts {
  operate: RunOperation;
  control: Pick<JobControl, "retry">;
  access: JobAccess;
  table: JobTable;
}

export function retryJob({ operate, control, access, table }: RetryJobParts): RetryJob {
  return (id, requester) =>
    operate(
      { action: "job_retry", job_id: id },
      requester,
      async ({ caller }) => {
        const job = await access.find(id, caller);
        if (job.held !== "kept") throw new RequestError("conflict", "M_BAD_STATE", whyNoRetry(job));
        await table[job.kind].requireRetryable?.(job);
        const asked = { action: "job_retry", outcome: "done", ...actorOf(caller) } as const;
        return (await control.retry(id, access.atMost(caller), asked)) ?? (await access.find(id, caller));
      },
      { session: true },
    );
}

function whyNoRetry({ state }: Job): string {
  if (state === "queued" || state === "running") return "This job is still running: there is nothing to retry";
  if (state === "succeeded") return "This job has succeeded: there is nothing to retry";
  return "This job was given up for good: start it again";
}
