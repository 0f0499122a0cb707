import type { BundleStore } from "../ports/bundle-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Job, JobStore } from "../ports/job-store.ts";
import { errorFields, type Logger } from "../ports/logger.ts";
import type { SweepTimes } from "../ports/sweep-times.ts";
import { IDLE_TIMER, type Timer } from "../ports/timer.ts";
import { sweepNow } from "../requests/sweep-permit.ts";
import { hasEnded } from "../jobs/job-watch.ts";

const DAY_MS = 24 * 3600_000;
/** What is younger may be of a process that is at work. */
const ORPHANED_AFTER_MS = 3600_000;
/** An upload of a large bundle to a slow store takes its time. */
const UNFINISHED_AFTER_MS = DAY_MS;
/** How long what a job has made before it failed waits for its retry, in milliseconds. */
const WAITS_FOR_RETRY_MS = 7 * DAY_MS;
const SWEEP_EVERY_MS = 3600_000;

export interface BundleRetentionParts {
  bundles: BundleStore;
  store: Pick<JobStore, "get" | "expire">;
  /** how long the bundle of an export is kept after its end; 0: for ever */
  retentionDays: number;
  clock: Clock;
  times: SweepTimes;
  logger: Logger;
  timer?: Timer;
}

/** Which bundles are kept, and for how long. */
export class BundleRetention {
  readonly #parts: BundleRetentionParts;

  constructor(parts: BundleRetentionParts) {
    this.#parts = parts;
  }

  /** Removes the bundle of a job that has ended, unless somebody may still want it. */
  async release(job: Job): Promise<void> {
    if (!this.#isOfUse(job, this.#parts.clock.now())) await this.#parts.bundles.remove(job.id);
  }

  /** Sweeps at once and every hour, until the signal comes. Never rejects. */
  async keepSwept(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.sweep();
      } catch (error) {
        this.#parts.logger.warn(errorFields(error), "bundles that nobody needs could not be removed");
      }
      await (this.#parts.timer ?? IDLE_TIMER).sleep(SWEEP_EVERY_MS, signal).catch(() => undefined);
    }
  }

  /** Gives up what waits for a retry for too long; removes the bundles whose time is over, those that belong to no job, and what broken uploads have left. */
  async sweep(): Promise<void> {
    const { bundles, store, times, logger } = this.#parts;
    const now = await sweepNow(times, "bundles", logger);
    if (now === undefined) return;
    await store.expire(now - WAITS_FOR_RETRY_MS);
    let removed = 0;
    for await (const { id, keptAt } of bundles.list()) {
      const job = await store.get(id);
      if (job ? this.#isOfUse(job, now) : now - keptAt < ORPHANED_AFTER_MS) continue;
      await bundles.remove(id);
      removed++;
    }
    await bundles.removeUnfinished(now - UNFINISHED_AFTER_MS);
    if (removed > 0) logger.info({ bundles: removed }, "bundles that nobody needs were removed");
  }

  #isOfUse(job: Job, now: number): boolean {
    if (!hasEnded(job) || job.held === "kept") return true;
    const { retentionDays } = this.#parts;
    const isFresh = retentionDays === 0 || now - (job.finished_at ?? 0) < retentionDays * DAY_MS;
    return job.kind !== "import" && job.state === "succeeded" && isFresh;
  }
}
