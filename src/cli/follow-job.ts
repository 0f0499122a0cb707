import { setTimeout as sleep } from "node:timers/promises";
import { ended, eventsOf, type ServiceJob } from "./job.ts";
import type { Output } from "./output.ts";
import { startProgress } from "./progress.ts";
import type { ServiceClient } from "./service-client.ts";
import { ServiceError } from "./service-error.ts";
import type { World } from "./world.ts";

const POLL_MS = 500;
/** A service that restarts goes on with its jobs: worth waiting for. */
const PATIENCE_MS = 120_000;

/** Shows a job's progress until it has ended. @throws the signal's AbortError, ServiceError */
export async function followJob(
  client: ServiceClient,
  id: string,
  signal: AbortSignal,
  world: World,
  output: Output,
): Promise<ServiceJob> {
  const progress = startProgress(world, output, "Importing", eventsOf);
  let answered = Date.now();
  try {
    for (;;) {
      try {
        const job = await client.job(id, signal);
        answered = Date.now();
        progress.update(job.progress.done, job.progress.total);
        if (ended(job)) return job;
      } catch (error) {
        if (!(error instanceof ServiceError && error.passing) || Date.now() - answered > PATIENCE_MS) throw error;
      }
      await sleep(POLL_MS, undefined, { signal });
    }
  } finally {
    progress.stop();
  }
}
