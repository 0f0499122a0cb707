import type { Job, JobFilter, JobStore } from "../../ports/job-store.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import type { RunOperation } from "../../requests/operation.ts";
import type { Caller, Requester } from "../../requests/requester.ts";
import type { JobAccess } from "../job-access.ts";
import type { JobControl } from "../job-control.ts";
import type { ListOptions } from "../options.ts";

/** A page of jobs. `next`: where the next one begins; absent where this is the last one. */
export interface JobsPage {
  jobs: Job[];
  next?: string;
}

/**
 * Jobs, newest first: one's own; an admin's also the others', unless `own`.
 * @throws RequestError forbidden where somebody else's are asked for, unavailable
 */
export type ListJobs = (requester: Requester, options?: Partial<ListOptions> & { own?: boolean }) => Promise<JobsPage>;

export interface ListJobsParts {
  operate: RunOperation;
  store: Pick<JobStore, "list">;
  control: Pick<JobControl, "freshest">;
  access: JobAccess;
}

const JOBS_SHOWN = 100;

export function listJobs({ operate, store, control, access }: ListJobsParts): ListJobs {
  return (requester, { own = false, state, kind, requester: of, from, limit = JOBS_SHOWN } = {}) =>
    operate(
      {},
      requester,
      async ({ caller }) => {
        const owner = ownerOf(caller, of, own);
        const filter: JobFilter = {
          ...(owner !== undefined && { owner }),
          ...(kind && { kind }),
          ...(state && { state }),
        };
        const found = await store.list(filter, { after: from, limit: limit + 1 });
        const page = found.slice(0, limit);
        const jobs = page.filter((job) => access.maySee(job, caller)).map((job) => control.freshest(job));
        const next = found.length > limit ? page.at(-1)?.id : undefined;
        return { jobs, ...(next !== undefined && { next }) };
      },
      { session: true },
    );
}

/** undefined: everybody's. @throws RequestError forbidden */
function ownerOf({ userId, admin }: Caller, of: string | undefined, own: boolean): string | undefined {
  if (own || (!admin && of === undefined)) return userId;
  if (of !== undefined && of !== userId && !admin)
    throw new RequestError("forbidden", "M_FORBIDDEN", "Only admins may list the jobs of others");
  return of;
}
