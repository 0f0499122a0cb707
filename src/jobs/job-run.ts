import { setTimeout as sleep } from "node:timers/promises";
import { HomeserverError } from "../ports/homeserver/homeserver.ts";
import {
  LeaseLost,
  type Job,
  type JobOutcome,
  type JobError,
  type JobProgress,
  type JobStore,
  type Wish,
} from "../ports/job-store.ts";
import { errorFields, type Logger } from "../ports/logger.ts";
import { asStorageError } from "../ports/storage-error.ts";
import { StoreAway } from "../ports/store-away.ts";
import type { JsonObject } from "../matrix/json.ts";
import type { Permission } from "../requests/access.ts";
import { requireOwnersPermission } from "./job-access.ts";
import { endOfJob } from "./job-audit.ts";
import type { JobDefinition } from "./job-table.ts";
import { HeldLease, LEASE_TERMS, type LeaseClocks, type LeaseMoment, type LeaseTerms } from "./held-lease.ts";
import { jobError } from "../requests/failures/job-error.ts";
import { Pace } from "./pace.ts";
import { RequestError } from "../requests/failures/failure.ts";

/** What a running job gets. */
export interface JobContext {
  /** aborted when the job is cancelled, the service stops, or the job is not this run's any more */
  signal: AbortSignal;
  /**
   * To be awaited before every call of the homeserver: it resolves while this run holds the job.
   * @throws LeaseLost, StoreAway, or the signal's reason where the run is to end: what is under way may end, nothing new begins
   */
  permit: () => Promise<void>;
  onProgress: (progress: { done: number; total: number | null }) => void;
  onRoom: (roomId: string) => void;
}

/** Does a job, from the start or from where its own durable memory says; gives the report. */
export type JobWork = (job: Job, context: JobContext) => Promise<JsonObject>;

/** The terms of a run; milliseconds. */
export interface RunTerms extends LeaseTerms {
  /** a run that is to end has so long to finish the call that it is in */
  lastCallMs: number;
  /** so often is a store that is away asked again for what must be recorded */
  storeRetryMs: number;
}

export const RUN: RunTerms = { ...LEASE_TERMS, lastCallMs: 2_000, storeRetryMs: 1_000 };

export interface JobRunParts {
  store: JobStore;
  /** of the job's kind */
  definition: JobDefinition;
  /** what the job's owner may do now */
  permissionOf: (owner: string) => Permission;
  /** told at each change, and of the end */
  changed: (job: Job) => void;
  terms: RunTerms;
  clocks: LeaseClocks;
  logger: Logger;
}

/** After so many runs that ended without a word, and with nothing done in between, a job is given up until somebody retries it. */
const MOST_LOST_RUNS = 10;

const DEADLY = new RequestError(
  "internal",
  "M_UNKNOWN",
  `The service died ${MOST_LOST_RUNS} times in a row over this job, or was cut off from its database, and the job got no further in between: the service's log and the machine's (was memory short?) say more. Once that is set right, retry the job: it goes on where it stood.`,
);

/** One run of a job that was claimed, up to its end, or to where somebody else goes on. */
export class JobRun {
  /** as fresh as can be */
  job: Job;
  /** Resolves, never rejects, once nothing is under way any more: to the job where this run ended it. */
  readonly ended: Promise<Job | undefined>;
  readonly #parts: JobRunParts;
  readonly #lease: HeldLease;
  readonly #controller = new AbortController();
  readonly #pace = new Pace();
  #cancelled: { keep: boolean } | undefined;
  #stopping = false;

  constructor(parts: JobRunParts, job: Job, claimedAt: LeaseMoment) {
    this.#parts = parts;
    this.job = job;
    const owner = {
      progress: () => this.#measured(),
      onWish: (wish: Wish) => this.#wished(wish),
      onLost: (error: LeaseLost) => this.#controller.abort(error),
    };
    this.#lease = new HeldLease(parts.store, job, owner, claimedAt, parts.terms, parts.clocks);
    this.ended = this.#run().finally(() => this.#lease.end());
  }

  cancel(keep: boolean): void {
    this.#cancelled ??= { keep };
    this.#wind();
  }

  /** Hands the job back; whoever is there resumes it. */
  interrupt(): void {
    this.#stopping = true;
    this.#wind();
  }

  /** Nothing new is begun; what is under way gets a moment. */
  #wind(): void {
    setTimeout(() => this.#controller.abort(), this.#parts.terms.lastCallMs).unref();
  }

  #wished({ cancel_requested, keep }: Wish): void {
    this.job = { ...this.job, cancel_requested, keep };
    if (cancel_requested && !this.#cancelled) this.cancel(keep);
  }

  async #permit(): Promise<void> {
    if (this.#cancelled || this.#stopping) this.#controller.abort();
    this.#controller.signal.throwIfAborted();
    await this.#lease.confirm();
  }

  async #run(): Promise<Job | undefined> {
    const { logger } = this.#parts;
    const { id } = this.job;
    try {
      return await this.#outcome();
    } catch (error) {
      if (error instanceof LeaseLost) logger.warn({ job_id: id }, "the job was taken over by another run");
      else logger.error({ job_id: id, ...errorFields(error) }, "the end of a job could not be recorded");
      return undefined;
    }
  }

  async #outcome(): Promise<Job | undefined> {
    const { definition, permissionOf, changed, logger } = this.#parts;
    const { id, kind, fence } = this.job;
    this.#wished(this.job);
    if (this.#cancelled) return this.#finish("cancelled", this.#cancelled);
    if (this.job.lost_runs >= MOST_LOST_RUNS)
      return this.#finish("failed", { error: { ...jobError(DEADLY), retry: true } }, DEADLY);
    changed(this.job);
    logger.info({ job_id: id, kind, run: fence }, "job started");
    try {
      requireOwnersPermission(definition, permissionOf(this.job.owner));
      const report = await definition.work(this.job, {
        signal: this.#controller.signal,
        permit: () => this.#permit(),
        onProgress: ({ done, total }) => {
          this.#pace.reached(done, this.#parts.clocks.monotonic());
          this.job = { ...this.job, progress: { done, total, unit: this.job.progress.unit } };
          this.#measured();
        },
        onRoom: (roomId) => this.#change({ room_id: roomId }),
      });
      return await this.#finish("succeeded", { report });
    } catch (error) {
      return await this.#broken(error);
    }
  }

  async #broken(error: unknown): Promise<Job | undefined> {
    const { store, logger } = this.#parts;
    const { id, kind } = this.job;
    const reason: unknown = this.#controller.signal.reason;
    if (reason instanceof LeaseLost) throw reason;
    if (error instanceof LeaseLost) throw error;
    if (this.#cancelled) return this.#finish("cancelled", this.#cancelled);
    if (this.#stopping || error instanceof StoreAway) {
      await this.#record(() => store.handBack(this.job, this.job.progress));
      logger.info({ job_id: id, kind }, "job interrupted, will resume");
      return undefined;
    }
    if (!(error instanceof RequestError || error instanceof HomeserverError || asStorageError(error)))
      logger.error({ job_id: id, kind, ...errorFields(error) }, "job failed unexpectedly");
    return this.#finish("failed", { error: jobError(error) }, error);
  }

  async #finish(
    state: JobOutcome,
    result: { report?: JsonObject; error?: JobError; keep?: boolean },
    cause?: unknown,
  ): Promise<Job> {
    const { store, definition, logger } = this.#parts;
    const progress: JobProgress = this.job.progress;
    const audit = endOfJob(definition, this.job, state, cause);
    this.job = await this.#record(() => store.finish(this.job, state, { ...result, progress }, audit));
    const { id, kind, error } = this.job;
    logger.info({ job_id: id, kind, state, ...(error && { errcode: error.errcode }) }, "job ended");
    return this.job;
  }

  /** Tries until the store has answered, for as long as the process lives. */
  async #record<T>(act: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof StoreAway)) throw error;
        if (this.#stopping) throw error;
        await sleep(this.#parts.terms.storeRetryMs);
      }
    }
  }

  /** How far it is, and how fast it goes on now: also where nothing has moved since. */
  #measured(): JobProgress {
    const { rate: _before, ...progress } = this.job.progress;
    const rate = this.#pace.rate(this.#parts.clocks.monotonic());
    this.#change({ progress: rate === undefined ? progress : { ...progress, rate } });
    return this.job.progress;
  }

  #change(changes: Partial<Job>): void {
    this.job = { ...this.job, ...changes };
    this.#parts.changed(this.job);
  }
}
