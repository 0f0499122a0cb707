import type { JobControl } from "../../jobs/job-control.ts";
import type { AuditEntry } from "../../ports/audit-log.ts";
import type { BundleStore } from "../../ports/bundle-store.ts";
import type { Job } from "../../ports/job-store.ts";
import type { UserStorage } from "./user-storage.ts";

export interface QueueParts {
  control: Pick<JobControl, "get" | "queue">;
  bundles: Pick<BundleStore, "remove">;
  userStorage: Pick<UserStorage, "put">;
}

/**
 * Keeps a local file under the job's id, then queues the job: one that is queued can be claimed at once.
 * @throws RequestError no_space; TooManyJobs, StorageError, StoreAway: then nothing is left
 */
export async function queueWithBundle(
  { control, bundles, userStorage }: QueueParts,
  job: Parameters<JobControl["queue"]>[0] & { id: string },
  file: string,
  atMost: number,
  granted: AuditEntry,
): Promise<Job> {
  try {
    await userStorage.put(job, file);
    return await control.queue(job, atMost, granted);
  } catch (error) {
    await removeUnqueued(control, bundles, job.id);
    throw error;
  }
}

/** Where it cannot be told whether the job is queued, the file stays: a sweep removes what belongs to none. Never rejects. */
async function removeUnqueued(
  control: QueueParts["control"],
  bundles: QueueParts["bundles"],
  id: string,
): Promise<void> {
  try {
    if (!(await control.get(id))) await bundles.remove(id);
  } catch {
    // the database or the store is away
  }
}
