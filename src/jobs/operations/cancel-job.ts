import type { Job } from "../../ports/job-store.ts";
import type { RunOperation } from "../../requests/operation.ts";
import { actorOf, type Requester } from "../../requests/requester.ts";
import type { JobAccess } from "../job-access.ts";
import type { JobControl } from "../job-control.ts";

/**
 * Ends a job; one that has ended stays as it is. `keep`: what it has made so far stays, for a retry; without it nothing half-made
 * is left, nor what a failed one has kept.
 * @throws RequestError forbidden, not_found, unavailable
 */
export type CancelJob = (id: string, requester: Requester, options?: { keep?: boolean }) => Promise<Job>;

export interface CancelJobParts {
  operate: RunOperation;
  control: Pick<JobControl, "cancel">;
  access: JobAccess;
}

export function cancelJob({ operate, control, access }: CancelJobParts): CancelJob {
  return (id, requester, { keep = false } = {}) =>
    operate(
      { action: "job_cancel", job_id: id },
      requester,
      async ({ caller }) => {
        await access.find(id, caller);
        await control.cancel(id, keep, actorOf(caller));
        return await access.find(id, caller);
      },
      { session: true },
    );
}
