import { randomUUID } from "node:crypto";
import type { JobControl } from "../jobs/job-control.ts";
import { hasEnded } from "../jobs/job-watch.ts";
import type { BotHomeserver } from "../ports/homeserver/bot-homeserver.ts";
import type { BotMemory, JobNotice } from "../ports/bot-memory.ts";
import { isImport, type Job } from "../ports/job-store.ts";
import { HomeserverError } from "../ports/homeserver/homeserver.ts";
import { RequestError } from "../requests/failures/failure.ts";
import { hasBundle } from "../exports/kept/has-bundle.ts";
import { sentenceOf } from "../requests/failures/sentence.ts";
import { StoreAway } from "../ports/store-away.ts";
import { TIMER, type Timer } from "../ports/timer.ts";
import { errorFields, type Logger } from "../ports/logger.ts";
import type { Delivery } from "./delivery.ts";
import { over, underWay } from "./job-words.ts";
import { edit } from "./messages.ts";

/** Between two edits, in milliseconds: grows while a job goes on, so that a long one does not fill the room. */
const FIRST_PAUSE_MS = 3_000;
const LONGEST_PAUSE_MS = 60_000;

/** The job once it has ended, or after a while: the service follows it by itself, for nobody who asked. */
type JobEnded = JobControl["ended"];

/** The one notice of each job, edited as the job proceeds; at its end the result is delivered. */
export class JobNotices {
  readonly #jobEnded: JobEnded;
  readonly #homeserver: BotHomeserver;
  readonly #memory: BotMemory;
  readonly #delivery: Delivery;
  readonly #logger: Logger;
  readonly #timer: Timer;
  readonly #stopped = new AbortController();
  readonly #followed = new Map<string, Promise<void>>();

  constructor(
    jobEnded: JobEnded,
    homeserver: BotHomeserver,
    memory: BotMemory,
    delivery: Delivery,
    logger: Logger,
    timer: Timer = TIMER,
  ) {
    this.#jobEnded = jobEnded;
    this.#homeserver = homeserver;
    this.#memory = memory;
    this.#delivery = delivery;
    this.#logger = logger;
    this.#timer = timer;
  }

  /** From now on this notice shows the job, also after a restart. */
  async open(jobId: string, notice: JobNotice): Promise<void> {
    await this.#memory.setJobNotice(jobId, notice);
    this.#follow(jobId, notice);
  }

  /** Goes on with the notices that an earlier run has left open. */
  async resume(): Promise<void> {
    for (const jobId of await this.#memory.openNotices()) {
      const notice = await this.#memory.jobNotice(jobId);
      if (notice) this.#follow(jobId, notice);
    }
  }

  /** Stops following; what is being sent is finished. The notices stay open for the next run. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#followed.values());
  }

  #follow(jobId: string, notice: JobNotice): void {
    if (this.#followed.has(jobId) || this.#stopped.signal.aborted) return;
    const following = this.#patiently(jobId, notice)
      .catch((error: unknown) => {
        if (!this.#stopped.signal.aborted)
          this.#logger.error({ job_id: jobId, ...errorFields(error) }, "a job's notice is not followed any more");
      })
      .finally(() => this.#followed.delete(jobId));
    this.#followed.set(jobId, following);
  }

  /** Where the homeserver or the database is away, tries again, until it is back or the service stops. */
  async #patiently(jobId: string, notice: JobNotice): Promise<void> {
    const { signal } = this.#stopped;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        await this.#toTheEnd(jobId, notice);
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (!isAway(error)) throw error;
        if (pause === FIRST_PAUSE_MS)
          this.#logger.warn({ job_id: jobId, ...errorFields(error) }, "a job's notice waits for what is away");
      }
      await this.#timer.sleep(pause, signal);
    }
  }

  async #toTheEnd(jobId: string, notice: JobNotice): Promise<void> {
    const job = await this.#showUntilEnd(jobId, notice);
    // there may be no such job any more
    if (job) await this.#reword(notice, `${over(job)}${await this.#deliver(job, notice)}`);
    await this.#memory.removeJobNotice(jobId);
  }

  async #showUntilEnd(jobId: string, notice: JobNotice): Promise<Job | undefined> {
    const { signal } = this.#stopped;
    let shown = "";
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
      const job = await this.#wait(jobId, pause);
      if (!job || hasEnded(job)) return job;
      signal.throwIfAborted();
      if (underWay(job) !== shown) await this.#reword(notice, (shown = underWay(job)));
    }
  }

  /** The job once it has ended, or after a while; a database that is not reachable is asked again. */
  async #wait(jobId: string, milliseconds: number): Promise<Job | undefined> {
    const { signal } = this.#stopped;
    for (;;) {
      try {
        return await this.#jobEnded(jobId, milliseconds, signal);
      } catch (error) {
        if (!(error instanceof StoreAway)) throw error;
      }
      await this.#timer.sleep(FIRST_PAUSE_MS, signal);
    }
  }

  /** Gives what the notice says about it. @throws HomeserverError, RequestError where it should be tried again */
  async #deliver(job: Job, notice: JobNotice): Promise<string> {
    if (job.state !== "succeeded") return "";
    try {
      const roomId = await this.#delivery.bring(job);
      if (roomId === notice.room_id) return "";
      return hasBundle(job) ? " The bundle is in our direct messages." : " See our direct messages.";
    } catch (error) {
      this.#stopped.signal.throwIfAborted();
      if (isAway(error)) throw error;
      if (error instanceof RequestError) return ` ${sentenceOf(error)}${stillThere(job, error)}`;
      this.#logger.error({ job_id: job.id, ...errorFields(error) }, "a job's result could not be delivered");
      return ` I could not send you the result; the service keeps it as job ${job.id}.`;
    }
  }

  /** A room that does not let the bot speak any more does not keep the result from its owner. */
  async #reword(notice: JobNotice, words: string): Promise<void> {
    try {
      await this.#homeserver.say(notice.room_id, `roomporter.edit.${randomUUID()}`, edit(notice.event_id, words));
    } catch (error) {
      if (!(error instanceof HomeserverError)) throw error;
      this.#logger.warn({ room_id: notice.room_id, status: error.status }, "a job's notice could not be edited");
    }
  }
}

function isAway(error: unknown): boolean {
  if (error instanceof HomeserverError) return error.mayPass;
  return error instanceof StoreAway || (error instanceof RequestError && !error.refused);
}

/** A bundle that cannot be sent now is there all the same, unless it may not be given out at all. */
function stillThere({ id, kind }: Job, { kind: failure, message }: RequestError): string {
  if (isImport(kind) || failure !== "too_many") return "";
  const stop = /[.!?]$/.test(message) ? "" : ".";
  return `${stop} I cannot open a direct room with you until then. Fetch the bundle from the service with your access token: GET /v1/jobs/${id}/bundle`;
}
