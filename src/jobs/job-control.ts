import { setTimeout as sleep } from "node:timers/promises";
import type { AuditEntry } from "../ports/audit-log.ts";
import type { Job, JobStore } from "../ports/job-store.ts";
import { endOfJob } from "./job-audit.ts";
import type { JobEndings } from "./job-endings.ts";
import type { JobRunner } from "./job-runner.ts";
import type { JobTable } from "./job-table.ts";
import { hasEnded, type JobWatch } from "./job-watch.ts";

export interface JobControlParts {
  store: JobStore;
  endings: JobEndings;
  watch: JobWatch;
  table: JobTable;
  /** where this process runs jobs too */
  runner?: JobRunner | undefined;
  /** what this process does for somebody who waits for it, shown like a job meanwhile */
  live?: LiveJobs;
  lookMs?: number;
}

export interface LiveJobs {
  get(id: string): Job | undefined;
  watch(id: string, changed: (job: Job) => void): () => void;
}

/** So often jobs that run elsewhere are looked at while somebody watches them, in milliseconds. */
const LOOK_MS = 1_000;
/** How long to wait for a cancelled job that runs elsewhere, in milliseconds. */
const CANCEL_MS = 8_000;

/** Jobs as their owners see them, wherever they run. */
export class JobControl {
  readonly #parts: JobControlParts;
  #looking: NodeJS.Timeout | undefined;

  constructor(parts: JobControlParts) {
    this.#parts = parts;
  }

  get #lookMs(): number {
    return this.#parts.lookMs ?? LOOK_MS;
  }

  /**
   * Queues a job.
   * @param atMost jobs of this owner that may be queued or running, this one included
   * @throws TooManyJobs, StoreAway
   */
  async queue(job: Parameters<JobStore["create"]>[0], atMost: number, audit: AuditEntry): Promise<Job> {
    const queued = await this.#parts.store.create(job, atMost, audit);
    this.#parts.runner?.wake();
    return queued;
  }

  /** Queues a job again that has kept what it had; undefined where it has not. @throws TooManyJobs, StoreAway */
  async retry(id: string, atMost: number, audit: AuditEntry): Promise<Job | undefined> {
    const queued = await this.#parts.store.retry(id, atMost, audit);
    this.#parts.runner?.wake();
    return queued;
  }

  /** The job as it stands now; undefined where there is none. */
  async get(id: string): Promise<Job | undefined> {
    const { runner, live, store } = this.#parts;
    return runner?.current(id) ?? live?.get(id) ?? (await store.get(id));
  }

  /** The same for jobs that were just read from the store. */
  freshest(job: Job): Job {
    return this.#parts.runner?.current(job.id) ?? job;
  }

  /**
   * Ends a job that is queued or running; one that has ended stays as it is, but for what it has kept for a retry. Resolves once it has
   * ended, or runs elsewhere and takes its time.
   * @param keep what the job has made stays, so that it can go on later
   */
  async cancel(id: string, keep: boolean, who: Pick<AuditEntry, "actor" | "door">): Promise<void> {
    const { store, endings, watch, table, runner } = this.#parts;
    const before = await store.get(id);
    if (!before || (hasEnded(before) && (keep || before.held !== "kept"))) return;
    const wish = { action: "job_cancel", outcome: "done", ...who } as const;
    const job = await store.requestCancel(id, keep, { wish, end: endOfJob(table[before.kind], before, "cancelled") });
    if (!job) return;
    if (hasEnded(job)) {
      await endings.settle(job);
      watch.tell(job);
    } else if (!(await runner?.cancel(id, keep))) await this.#elsewhere(id);
  }

  /** Calls back at each change of the job until the returned function is called. */
  watch(id: string, changed: (job: Job) => void): () => void {
    const { live, watch } = this.#parts;
    if (live?.get(id)) return live.watch(id, changed);
    const leave = watch.add(id, changed);
    this.#lookLater();
    return leave;
  }

  /** The job once it has ended, or as it stands after `milliseconds`; undefined where there is none. @throws StoreAway */
  async ended(id: string, milliseconds: number, signal: AbortSignal): Promise<Job | undefined> {
    const enough = AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]);
    let leave = (): void => undefined;
    const ended = new Promise<void>((resolve) => {
      leave = this.watch(id, (job) => {
        if (hasEnded(job)) resolve();
      });
      enough.addEventListener("abort", () => resolve(), { once: true });
    });
    try {
      const before = await this.get(id);
      if (before && !hasEnded(before) && !enough.aborted) await ended;
      return await this.get(id);
    } finally {
      leave();
    }
  }

  stop(): void {
    clearTimeout(this.#looking);
  }

  async #elsewhere(id: string): Promise<void> {
    const until = performance.now() + CANCEL_MS;
    while (performance.now() < until) {
      const job = await this.#parts.store.get(id);
      // not before it has given back what it held
      if (!job || (hasEnded(job) && job.held !== "due")) return;
      await sleep(this.#lookMs / 4);
    }
  }

  #lookLater(): void {
    this.#looking ??= setTimeout(() => {
      void this.#look().finally(() => {
        this.#looking = undefined;
        if (this.#parts.watch.watched().length > 0) this.#lookLater();
      });
    }, this.#lookMs).unref();
  }

  /** Never rejects: a store that is away is asked again. */
  async #look(): Promise<void> {
    const { store, watch, runner } = this.#parts;
    for (const id of watch.watched()) {
      if (runner?.current(id)) continue;
      const job = await store.get(id).catch(() => undefined);
      if (job && !runner?.current(id)) watch.tell(job);
    }
  }
}
