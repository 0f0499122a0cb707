import type { Job } from "../../ports/job-store.ts";
import type { RunOperation } from "../../requests/operation.ts";
import type { Requester } from "../../requests/requester.ts";
import { noSuchJob, type JobAccess } from "../job-access.ts";
import type { JobControl } from "../job-control.ts";

/** Resolves once the job has ended, or after `milliseconds`. @throws RequestError forbidden, not_found, unavailable */
export type WaitForJob = (id: string, requester: Requester, milliseconds: number, signal: AbortSignal) => Promise<Job>;

export interface WaitForJobParts {
  operate: RunOperation;
  control: Pick<JobControl, "ended">;
  access: JobAccess;
}

export function waitForJob({ operate, control, access }: WaitForJobParts): WaitForJob {
  return (id, requester, milliseconds, signal) =>
    operate(
      {},
      requester,
      async ({ caller }) => {
        await access.find(id, caller);
        const job = await control.ended(id, milliseconds, signal);
        if (!job) throw noSuchJob();
        return job;
      },
      { session: true },
    );
}
