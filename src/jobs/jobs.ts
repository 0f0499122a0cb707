import type { JobStore } from "../ports/job-store.ts";
import type { RunOperation } from "../requests/operation.ts";
import type { JobAccess } from "./job-access.ts";
import type { JobControl } from "./job-control.ts";
import type { JobTable } from "./job-table.ts";
import { cancelJob, type CancelJob } from "./operations/cancel-job.ts";
import { listJobs, type ListJobs } from "./operations/list-jobs.ts";
import { retryJob, type RetryJob } from "./operations/retry-job.ts";
import { showJob, type ShowJob } from "./operations/show-job.ts";
import { waitForJob, type WaitForJob } from "./operations/wait-for-job.ts";
import { watchJob, type WatchJob } from "./operations/watch-job.ts";

/** All that doors can ask about jobs. Everything throws RequestError. */
export interface Jobs {
  show: ShowJob;
  list: ListJobs;
  cancel: CancelJob;
  retry: RetryJob;
  wait: WaitForJob;
  watch: WatchJob;
}

export interface JobsParts {
  operate: RunOperation;
  store: Pick<JobStore, "list">;
  control: JobControl;
  access: JobAccess;
  table: JobTable;
}

export function createJobs(parts: JobsParts): Jobs {
  return {
    show: showJob(parts),
    list: listJobs(parts),
    cancel: cancelJob(parts),
    retry: retryJob(parts),
    wait: waitForJob(parts),
    watch: watchJob(parts),
  };
}
