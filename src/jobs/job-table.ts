import type { AuditAction } from "../ports/audit-log.ts";
import type { Job, JobKind } from "../ports/job-store.ts";
import type { JobWork } from "./job-run.ts";

/** All that is to be known of one kind of jobs. */
export interface JobDefinition {
  /** what the audit log calls it */
  action: AuditAction;
  /** what its owner needs, at the moment of asking, to see such a job and to have its result; admins see all jobs */
  permission: "user" | "admin";
  /** the user for whom it is done, where that is not its owner */
  onBehalfOf: (job: Job) => string | null;
  /** Can it go on where it stood? @throws RequestError where it cannot; StorageError */
  requireRetryable?: (job: Job) => Promise<void>;
  /** the metrics count its progress as events; absent: it counts what it reads by itself */
  progressIsEvents?: boolean;
  work: JobWork;
}

/** Every kind of jobs: this folder knows none of them by name. */
export type JobTable = Readonly<Record<JobKind, JobDefinition>>;
