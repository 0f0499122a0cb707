import { HomeserverError } from "../ports/homeserver.ts";
import type { Job, JobKind, JobProgress, JobStore } from "../ports/job-store.ts";
import { errorFields, type Logger } from "../ports/logger.ts";
import type { JsonObject } from "../matrix/json.ts";
import { JobWatch } from "./job-watch.ts";
import { jobError } from "./job-error.ts";
import { PorterError } from "./porter.ts";

/** What a running job gets. */
export interface JobContext {
  /** aborted when the job is cancelled or the service stops */
  signal: AbortSignal;
  onProgress: (progress: { done: number; total: number | null }) => void;
  onRoom: (roomId: string) => Promise<void>;
}

/** Does a job, from the start or from where its own durable memory says; gives the report. */
export type JobWork = (job: Job, context: JobContext) => Promise<JsonObject>;

export interface JobRunnerParts {
  store: JobStore;
  work: Record<JobKind, JobWork>;
  /** Gives back what a job held, once it has ended for good. */
  release: (job: Job) => Promise<void>;
  /** jobs that run at the same time */
  atOnce: number;
  logger: Logger;
}

interface Running {
  job: Job;
  controller: AbortController;
  cancelled: boolean;
  persisted: number;
  ended: Promise<void>;
}

/** At most so often is progress written to the database, in milliseconds. */
const PERSIST_EVERY_MS = 1000;

/**
 * Runs queued jobs, some at a time. A job that is running when the process stops or dies is queued again at the next start.
 */
export class JobRunner {
  readonly #parts: JobRunnerParts;
  readonly #running = new Map<string, Running>();
  readonly #watch = new JobWatch();
  #stopped = true;
  #claiming: Promise<void> | undefined;
  #again = false;

  constructor(parts: JobRunnerParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    const resumed = await this.#parts.store.requeueRunning();
    if (resumed > 0) this.#parts.logger.info({ jobs: resumed }, "jobs go on where they stood");
    this.#stopped = false;
    this.wake();
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

  /** Ends a job that is queued or running; one that has ended stays as it is. */
  async cancel(id: string): Promise<void> {
    const { store } = this.#parts;
    await store.requestCancel(id);
    const running = this.#running.get(id);
    if (running) {
      running.cancelled = true;
      running.controller.abort();
      await running.ended;
    } else if ((await store.get(id))?.state === "queued") await this.#finish(id, "cancelled", {});
  }

  /** The job as it stands now, where it is running in this process: its progress is fresher than the database's. */
  current(id: string): Job | undefined {
    return this.#running.get(id)?.job;
  }

  /** Calls back at each change of the job until the returned function is called. */
  watch(id: string, changed: (job: Job) => void): () => void {
    return this.#watch.add(id, changed);
  }

  /** Interrupts what is running, to be resumed at the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#claiming;
    const running = [...this.#running.values()];
    for (const { controller } of running) controller.abort();
    await Promise.all(running.map(({ ended }) => ended));
  }

  async #claimAll(): Promise<void> {
    const { store, atOnce, logger } = this.#parts;
    try {
      while (this.#again) {
        this.#again = false;
        while (this.#running.size < atOnce && !this.#stopped) {
          const job = await store.claim();
          if (!job) break;
          this.#begin(job);
        }
      }
    } catch (error) {
      this.#again = false;
      logger.error(errorFields(error), "no job could be taken from the queue");
    }
  }

  #begin(job: Job): void {
    const running: Running = {
      job,
      controller: new AbortController(),
      cancelled: job.cancel_requested,
      persisted: 0,
      ended: Promise.resolve(),
    };
    this.#running.set(job.id, running);
    running.ended = this.#run(running).finally(() => {
      this.#running.delete(job.id);
      this.wake();
    });
  }

  /** Never rejects. */
  async #run(running: Running): Promise<void> {
    const { store, work, logger } = this.#parts;
    const { id, kind } = running.job;
    const { signal } = running.controller;
    try {
      // asked now, not at the claim: the wish may have come in between
      if ((await store.get(id))?.cancel_requested) {
        await this.#finish(id, "cancelled", {});
        return;
      }
      this.#watch.tell(running.job);
      logger.info({ job: id, kind }, "job started");
      const report = await work[kind](running.job, {
        signal,
        onProgress: ({ done, total }) => this.#progress(running, { done, total, unit: "events" }),
        onRoom: async (roomId) => {
          running.job = { ...running.job, room_id: roomId };
          await store.setRoom(id, roomId);
          this.#watch.tell(running.job);
        },
      });
      await store.progress(id, running.job.progress);
      await this.#finish(id, "succeeded", { report });
    } catch (error) {
      await this.#failed(running, error).catch((inner: unknown) => {
        logger.error({ job: id, ...errorFields(inner) }, "the end of a job could not be recorded");
      });
    }
  }

  async #failed(running: Running, error: unknown): Promise<void> {
    const { store, logger } = this.#parts;
    const { id, kind } = running.job;
    await store.progress(id, running.job.progress);
    if (running.cancelled) {
      await this.#finish(id, "cancelled", {});
      return;
    }
    if (running.controller.signal.aborted) {
      logger.info({ job: id, kind }, "job interrupted, to be resumed");
      return;
    }
    if (!(error instanceof PorterError || error instanceof HomeserverError))
      logger.error({ job: id, kind, ...errorFields(error) }, "job failed unexpectedly");
    await this.#finish(id, "failed", { error: jobError(error) });
  }

  async #finish(
    id: string,
    state: "succeeded" | "failed" | "cancelled",
    result: { report?: JsonObject; error?: { errcode: string; error: string } },
  ): Promise<void> {
    const { store, release, logger } = this.#parts;
    await store.finish(id, state, result);
    const job = await store.get(id);
    if (!job) return;
    const running = this.#running.get(id);
    if (running) running.job = job;
    logger.info({ job: id, kind: job.kind, state, ...(job.error && { errcode: job.error.errcode }) }, "job ended");
    await release(job).catch((error: unknown) => {
      logger.warn({ job: id, ...errorFields(error) }, "what the job held could not be given back");
    });
    this.#watch.tell(job);
  }

  #progress(running: Running, progress: JobProgress): void {
    running.job = { ...running.job, progress };
    this.#watch.tell(running.job);
    const now = performance.now();
    if (now - running.persisted < PERSIST_EVERY_MS) return;
    running.persisted = now;
    this.#parts.store.progress(running.job.id, progress).catch((error: unknown) => {
      this.#parts.logger.warn({ job: running.job.id, ...errorFields(error) }, "progress could not be recorded");
    });
  }
}
