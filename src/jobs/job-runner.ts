import type { Job, JobStore } from "../ports/job-store.ts";
import { errorFields, type Logger } from "../ports/logger.ts";
import type { JobMeter } from "../ports/metrics.ts";
import type { Permission } from "../requests/access.ts";
import { StoreAway } from "../ports/store-away.ts";
import { LEASE_CLOCKS, moment, type LeaseClocks } from "./held-lease.ts";
import type { JobEndings } from "./job-endings.ts";
import { JobRun, RUN, type RunTerms } from "./job-run.ts";
import type { JobTable } from "./job-table.ts";
import { meteredWork } from "./metered-work.ts";

export interface JobRunnerParts {
  store: JobStore;
  table: JobTable;
  endings: JobEndings;
  /** what the owner of a job may do now */
  permissionOf: (owner: string) => Permission;
  /** told at each change of a job that runs here, and of its end */
  changed?: (job: Job) => void;
  /** names this process in the store */
  worker: string;
  /** jobs that run at the same time */
  atOnce: number;
  logger: Logger;
  meter?: JobMeter;
  terms?: RunTerms;
  clocks?: LeaseClocks;
  sweepMs?: number;
}

/** So often it is looked whether a job waits that nobody has told of, or one whose worker died, in milliseconds. */
const SWEEP_MS = 5_000;

/**
 * Claims jobs and runs them, some at a time. A job that is running when the process stops is handed back; where the process dies,
 * its lease lapses and whoever sweeps next takes it up.
 */
export class JobRunner {
  readonly #parts: JobRunnerParts;
  /** in the order in which they began; two of the same job where this process slept, and took up again what it had itself */
  readonly #running = new Map<JobRun, Promise<void>>();
  #stopped = true;
  #claiming: Promise<void> | undefined;
  #again = false;
  #sweep: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(parts: JobRunnerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#stopped = false;
    const sweep = (): void => {
      this.wake();
      this.#sweeping = this.#parts.endings.settleLeft();
    };
    this.#sweep = setInterval(sweep, this.#parts.sweepMs ?? SWEEP_MS);
    sweep();
  }

  /** How many more jobs could run at once. */
  get free(): number {
    return this.#stopped ? 0 : this.#parts.atOnce - this.#running.size;
  }

  /** A job was queued, or a place has become free. */
  wake(): void {
    if (this.#stopped) return;
    this.#again = true;
    this.#claiming ??= this.#claimAll().finally(() => {
      this.#claiming = undefined;
      // it may have been woken just as it fell asleep
      if (this.#again) this.wake();
    });
  }

  /** Ends a job that runs here; resolves once nothing of it is under way. Gives false where it does not run here. */
  async cancel(id: string, keep: boolean): Promise<boolean> {
    const run = this.#latest(id);
    if (!run) return false;
    run.cancel(keep);
    await this.#running.get(run);
    return true;
  }

  /** The job as it stands now, where it runs here: fresher than the store. */
  current(id: string): Job | undefined {
    return this.#latest(id)?.job;
  }

  /** Hands back what is running. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#sweep);
    await this.#claiming;
    for (const run of this.#running.keys()) run.interrupt();
    await Promise.all(this.#running.values());
    await this.#sweeping;
  }

  #latest(id: string): JobRun | undefined {
    return [...this.#running.keys()].findLast(({ job }) => job.id === id);
  }

  async #claimAll(): Promise<void> {
    const { store, worker, logger, terms = RUN, clocks = LEASE_CLOCKS } = this.#parts;
    try {
      while (this.#again) {
        this.#again = false;
        while (this.free > 0) {
          const claimedAt = moment(clocks);
          const job = await store.claim(worker, terms.lengthMs);
          if (!job) break;
          this.#begin(job, claimedAt);
        }
      }
    } catch (error) {
      this.#again = false;
      // a sweep comes back to it
      if (error instanceof StoreAway) logger.debug({}, "no job can be taken: the database does not answer");
      else logger.error(errorFields(error), "no job could be taken from the queue");
    }
  }

  #begin(job: Job, claimedAt: ReturnType<typeof moment>): void {
    const { permissionOf } = this.#parts;
    const { store, table, changed = () => undefined, terms = RUN, clocks = LEASE_CLOCKS, logger, meter } = this.#parts;
    const found = table[job.kind];
    const definition = meter ? { ...found, work: meteredWork(job.kind, found, meter) } : found;
    const run = new JobRun({ store, definition, permissionOf, changed, terms, clocks, logger }, job, claimedAt);
    this.#running.set(run, this.#until(run));
  }

  /** Never rejects. */
  async #until(run: JobRun): Promise<void> {
    const { endings, changed, meter } = this.#parts;
    const ended = await run.ended;
    if (ended) {
      if (ended.state !== "queued" && ended.state !== "running") meter?.ended(ended.kind, ended.state);
      await endings.settle(ended);
    }
    this.#running.delete(run);
    if (ended) changed?.(ended);
    this.wake();
  }
}
