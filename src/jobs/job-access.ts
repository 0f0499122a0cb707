import type { Job } from "../ports/job-store.ts";
import { requirePermission, type Permission } from "../requests/access.ts";
import { RequestError } from "../requests/failures/failure.ts";
import type { Caller } from "../requests/requester.ts";
import type { JobControl } from "./job-control.ts";
import type { JobDefinition, JobTable } from "./job-table.ts";

/** Who may see which jobs, and how many they may have. */
export class JobAccess {
  readonly #control: Pick<JobControl, "get">;
  readonly #table: JobTable;
  readonly #perUser: number;

  /** `perUser`: jobs of one owner that may be queued or running */
  constructor(control: Pick<JobControl, "get">, table: JobTable, perUser: number) {
    this.#control = control;
    this.#table = table;
    this.#perUser = perUser;
  }

  /**
   * The job as it stands now, where the caller may see it: their own, as long as they have the permission that its kind needs;
   * admins see all.
   * @throws RequestError forbidden, not_found; StoreAway
   */
  async find(id: string, caller: Caller): Promise<Job> {
    const job = await this.#control.get(id);
    // somebody else's job is as unknown as one that does not exist
    if (!job || !(caller.admin || job.owner === caller.userId)) throw noSuchJob();
    if (!this.maySee(job, caller)) throw adminsOnly();
    return job;
  }

  maySee(job: Job, { userId, admin }: Caller): boolean {
    return admin || (job.owner === userId && this.#table[job.kind].permission === "user");
  }

  /** How many jobs of the caller may be queued or running. */
  atMost({ adminToken }: Caller): number {
    return adminToken ? Infinity : this.#perUser;
  }
}

/**
 * Does its owner still have the permission that a job of this kind needs?
 * @throws RequestError forbidden
 */
export function requireOwnersPermission({ permission }: JobDefinition, ofOwner: Permission): void {
  requirePermission(ofOwner);
  if (permission === "admin" && ofOwner !== "admin") throw adminsOnly();
}

function adminsOnly(): RequestError {
  return new RequestError("forbidden", "M_FORBIDDEN", "This job is for admins only, and you are not one any more");
}

export function noSuchJob(): RequestError {
  return new RequestError("not_found", "M_NOT_FOUND", "There is no such job");
}
