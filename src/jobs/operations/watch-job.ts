import type { Job } from "../../ports/job-store.ts";
import type { RunOperation } from "../../requests/operation.ts";
import type { Requester } from "../../requests/requester.ts";
import type { JobAccess } from "../job-access.ts";
import type { JobControl } from "../job-control.ts";

/**
 * Calls back with the job as it stands, and at each change (progress, state), until the returned function is called.
 * @throws RequestError forbidden, not_found, unavailable: then `changed` was never called
 */
export type WatchJob = (id: string, requester: Requester, changed: (job: Job) => void) => Promise<() => void>;

export interface WatchJobParts {
  operate: RunOperation;
  control: Pick<JobControl, "watch">;
  access: JobAccess;
}

export function watchJob({ operate, control, access }: WatchJobParts): WatchJob {
  return (id, requester, changed) =>
    operate(
      {},
      requester,
      async ({ caller }) => {
        await access.find(id, caller);
        const leave = control.watch(id, changed);
        try {
          // looked up again: it may have changed before the watch began
          changed(await access.find(id, caller));
          return leave;
        } catch (error) {
          leave();
          throw error;
        }
      },
      { session: true },
    );
}
