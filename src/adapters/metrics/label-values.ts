import type { JobOutcome } from "../../ports/job-store.ts";

const ENDED: Record<JobOutcome, true> = { succeeded: true, failed: true, cancelled: true };

/** Every value that the label `outcome` can have. */
export const OUTCOMES = Object.keys(ENDED);
