import type { Job, JobStore } from "../ports/job-store.ts";
import { errorFields, type Logger } from "../ports/logger.ts";
import { StoreAway } from "../ports/store-away.ts";

/** So long whoever ended a job has to give back what it held, before others do, in milliseconds. */
const OWN_MS = 60_000;

/** Gives back what ended jobs held; where that fails, or somebody dies over it, it is tried again later. */
export class JobEndings {
  readonly #store: JobStore;
  readonly #release: (job: Job) => Promise<void>;
  readonly #logger: Logger;

  /** `release` may be called several times for the same job. */
  constructor(store: JobStore, release: (job: Job) => Promise<void>, logger: Logger) {
    this.#store = store;
    this.#release = release;
    this.#logger = logger;
  }

  /** Never rejects. */
  async settle(job: Job): Promise<void> {
    if (job.held !== "due") return;
    try {
      await this.#release(job);
      await this.#store.released(job.id);
    } catch (error) {
      this.#logger.warn({ job_id: job.id, ...errorFields(error) }, "what the job held could not be given back yet");
    }
  }

  /** Does so for the jobs whose end was left at that. Never rejects. */
  async settleLeft(): Promise<void> {
    try {
      for (const job of await this.#store.unreleased(OWN_MS)) await this.settle(job);
    } catch (error) {
      if (!(error instanceof StoreAway))
        this.#logger.warn(errorFields(error), "ended jobs could not be looked through");
    }
  }
}
