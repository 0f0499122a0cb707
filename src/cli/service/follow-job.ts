import { ended, howFar, type ServiceJob } from "./job.ts";
import type { Output } from "../output.ts";
import { startProgress } from "../progress.ts";
import type { ServiceClient } from "./service-client.ts";
import { ServiceError } from "./service-error.ts";
import type { World } from "../world.ts";

const POLL_MS = 500;
/** A service that restarts goes on with its jobs: worth waiting for. */
const PATIENCE_MS = 120_000;

/**
 * Shows a job's progress until it has ended: as the service tells of it, and where that breaks off or does not come through by
 * asking.
 * @param title what goes on, e.g. `Importing`
 * @throws the signal's AbortError, ServiceError
 */
export async function followJob(
  client: ServiceClient,
  id: string,
  title: string,
  signal: AbortSignal,
  world: World,
  output: Output,
): Promise<ServiceJob> {
  let shown: ServiceJob | undefined;
  const progress = startProgress(world, output, title, () => (shown ? howFar(shown) : ""));
  let answered = performance.now();
  const show = (job: ServiceJob): void => {
    answered = performance.now();
    shown = job;
    progress.update(job.progress.done, job.progress.total);
  };
  try {
    for (let hasEvents = true; ;) {
      const told: boolean = hasEvents && (await showEvents(client, id, signal, show));
      if (shown && ended(shown)) return shown;
      try {
        const job = await client.job(id, signal);
        hasEvents = told;
        show(job);
        if (ended(job)) return job;
      } catch (error) {
        if (!(error instanceof ServiceError && error.passing) || performance.now() - answered > PATIENCE_MS)
          throw error;
        hasEvents = true;
      }
      await world.timer.sleep(POLL_MS, signal);
    }
  } finally {
    progress.stop();
  }
}

/** Shows the job as the service tells of it, until it tells no more. Gives false where it told nothing. @throws AbortError */
export async function showEvents(
  client: ServiceClient,
  id: string,
  signal: AbortSignal,
  show: (job: ServiceJob) => void,
): Promise<boolean> {
  let told = false;
  try {
    for await (const job of client.follow(id, signal)) {
      told = true;
      show(job);
    }
  } catch {
    // whatever it was, asking for the job tells
    signal.throwIfAborted();
  }
  return told;
}
