import type { BundleStore } from "../../ports/bundle-store.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Job, JobStore } from "../../ports/job-store.ts";
import { errorFields, type Logger } from "../../ports/logger.ts";
import type { SweepTimes } from "../../ports/sweep-times.ts";
import { IDLE_TIMER, type Timer } from "../../ports/timer.ts";
import { sweepNow } from "../../requests/sweep-permit.ts";
import { hasBundle } from "./has-bundle.ts";
import { isScheduled, surplusOf, type KeptExport } from "../scheduled/surplus.ts";
import type { Schedules } from "../scheduled/schedule.ts";
import type { DeliveredBundles } from "./delivered-bundles.ts";
import { hasEnded } from "../../jobs/job-watch.ts";

export const DAY_MS = 24 * 3600_000;
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
  /** Is what this job keeps to be deleted, for its room was closed or is incognito now? */
  mustGo: (job: Job) => Promise<boolean>;
  delivered: Pick<DeliveredBundles, "withdrawLeft">;
  /** no other process uses this store: what was there before this one, and has no job, is of nobody */
  alone: boolean;
  /** how long the bundle of an export is kept after its end; 0: for ever */
  retentionDays: number;
  /** of their bundles each keeps a number of its own */
  schedules: Schedules;
  clock: Clock;
  times: SweepTimes;
  logger: Logger;
  timer?: Timer;
}

/** Which bundles are kept, and for how long. */
export class BundleRetention {
  readonly #parts: BundleRetentionParts;
  readonly #begun: number;

  constructor(parts: BundleRetentionParts) {
    this.#parts = parts;
    this.#begun = parts.clock.now();
  }

  /** Removes the bundle of a job that has ended, unless somebody may still want it. */
  async release(job: Job): Promise<void> {
    if (!(await this.#isOfUse(job, this.#parts.clock.now()))) await this.#parts.bundles.remove(job.id);
  }

  /** Sweeps at once and every hour, until the signal comes. Never rejects. */
  async keepSwept(signal: AbortSignal): Promise<void> {
    for (let first = true; !signal.aborted; first = false) {
      try {
        await this.sweep(first && this.#parts.alone ? this.#begun : undefined);
      } catch (error) {
        this.#parts.logger.warn(errorFields(error), "bundles that nobody needs could not be removed");
      }
      await (this.#parts.timer ?? IDLE_TIMER).sleep(SWEEP_EVERY_MS, signal).catch(() => undefined);
    }
  }

  /**
   * Gives up what waits for a retry for too long; removes the bundles whose time is over, those that belong to no job, what broken
   * uploads have left, and delivered copies of what may not be given out any more.
   * @param orphanedBefore what belongs to no job, and is kept after that time (milliseconds since the epoch), is spared
   */
  async sweep(orphanedBefore?: number): Promise<void> {
    const { bundles, store, times, delivered, schedules, logger } = this.#parts;
    const now = await sweepNow(times, "bundles", logger);
    if (now === undefined) return;
    await store.expire(now - WAITS_FOR_RETRY_MS);
    let removed = 0;
    const scheduled: KeptExport[] = [];
    for await (const { id, keptAt } of bundles.list()) {
      const job = await store.get(id);
      if (isScheduled(id, schedules)) {
        // an archive outlives its database
        if (!job || (await this.#isOfUse(job, now))) {
          scheduled.push({ id, job });
          continue;
        }
      } else if (job ? await this.#isOfUse(job, now) : keptAt > (orphanedBefore ?? now - ORPHANED_AFTER_MS)) continue;
      await bundles.remove(id);
      removed++;
    }
    for (const id of surplusOf(scheduled, schedules)) {
      await bundles.remove(id);
      removed++;
    }
    await bundles.removeUnfinished(now - UNFINISHED_AFTER_MS);
    if (removed > 0) logger.info({ bundles: removed }, "bundles that nobody needs were removed");
    await delivered.withdrawLeft();
  }

  async #isOfUse(job: Job, now: number): Promise<boolean> {
    if (!hasEnded(job)) return true;
    if (await this.#parts.mustGo(job)) return false;
    if (job.held === "kept") return true;
    const { retentionDays, schedules } = this.#parts;
    if (isScheduled(job.id, schedules)) return hasBundle(job);
    const isFresh = retentionDays === 0 || now - (job.finished_at ?? 0) < retentionDays * DAY_MS;
    return hasBundle(job) && isFresh;
  }
}
