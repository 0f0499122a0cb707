import type { Job, JobStore } from "../../ports/job-store.ts";
import type { RunOperation } from "../../requests/operation.ts";
import type { Requester } from "../../requests/requester.ts";
import type { JobAccess } from "../job-access.ts";
import type { JobControl } from "../job-control.ts";

/** The latest jobs, newest first: one's own; an admin's also the others', unless `own`. @throws RequestError forbidden, unavailable */
export type ListJobs = (requester: Requester, options?: { own?: boolean }) => Promise<Job[]>;

export interface ListJobsParts {
  operate: RunOperation;
  store: Pick<JobStore, "list">;
  control: Pick<JobControl, "freshest">;
  access: JobAccess;
}

const JOBS_SHOWN = 100;

export function listJobs({ operate, store, control, access }: ListJobsParts): ListJobs {
  return (requester, { own = false } = {}) =>
    operate({}, requester, async ({ caller }) => {
      const jobs = await store.list(caller.admin && !own ? undefined : caller.userId, JOBS_SHOWN);
      return jobs.filter((job) => access.maySee(job, caller)).map((job) => control.freshest(job));
    });
}
