import type { JobOutcome, JobKind } from "../../ports/job-store.ts";

const KINDS: Record<JobKind, true> = { export: true, import: true, gdpr_export: true };
const ENDED: Record<JobOutcome, true> = { succeeded: true, failed: true, cancelled: true };

/** Every value that the labels `kind`, `outcome` and `state` can have. */
export const JOB_KINDS = Object.keys(KINDS);
export const OUTCOMES = Object.keys(ENDED);
export const JOB_STATES = ["queued", "running", ...OUTCOMES];
