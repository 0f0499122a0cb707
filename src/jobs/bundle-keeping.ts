import type { BundleStore } from "../ports/bundle-store.ts";
import type { Job, JobStore } from "../ports/job-store.ts";
import { hasEnded } from "./job-watch.ts";

/** Is the bundle under this job's id still of use: to its import, or to whoever asked for the export? */
function isOfUse(job: Job | undefined): boolean {
  return job !== undefined && (job.kind === "export" ? job.state === "succeeded" : !hasEnded(job));
}

/** Removes the bundle of a job that has ended, unless it is what the job was for. */
export async function releaseBundle(bundles: BundleStore, job: Job): Promise<void> {
  if (!isOfUse(job)) await bundles.remove(job.id);
}

/** Removes bundles that a process left behind when it died between two steps. To be called before jobs run. */
export async function sweepBundles(bundles: BundleStore, store: JobStore): Promise<void> {
  for (const id of await bundles.list()) if (!isOfUse(await store.get(id))) await bundles.remove(id);
}
