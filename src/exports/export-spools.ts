import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Job, JobStore } from "../ports/job-store.ts";
import { hasEnded } from "../jobs/job-watch.ts";

/** Where exports keep what they have read, so that a later process of this machine goes on with it. */
export interface ExportSpools {
  /** the folder of a job's export; maybe not there yet */
  of(jobId: string): string;
  remove(jobId: string): Promise<void>;
  /** Removes what nobody will go on with. */
  sweep(): Promise<void>;
}

/**
 * @param folder shared by the processes of one machine, and by nothing else
 * @param mustGo is what this job keeps to be deleted, for its room was closed or is incognito now?
 */
export async function exportSpools(
  folder: string,
  store: Pick<JobStore, "get">,
  mustGo: (job: Job) => Promise<boolean>,
): Promise<ExportSpools> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const spools: ExportSpools = {
    of: (jobId) => join(folder, jobId),
    async remove(jobId) {
      await rm(join(folder, jobId), { recursive: true, force: true });
    },
    async sweep() {
      for (const jobId of await readdir(folder)) {
        const job = await store.get(jobId);
        if (!job || !isOfUse(job) || (hasEnded(job) && (await mustGo(job)))) await spools.remove(jobId);
      }
    },
  };
  return spools;
}

function isOfUse(job: Job): boolean {
  return !hasEnded(job) || job.held === "kept";
}
