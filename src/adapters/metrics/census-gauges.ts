import { Gauge, type Registry } from "prom-client";
import type { Clock } from "../../ports/clock.ts";
import type { Census } from "../../ports/metrics.ts";
import { JOB_KINDS, JOB_STATES } from "../../ports/job-store.ts";

/** Gauges of what the database holds: the same in every process that uses it. */
export class CensusGauges {
  readonly #clock: Clock;
  readonly #up: Gauge;
  readonly #jobs: Gauge<"kind" | "state">;
  readonly #depth: Gauge;
  readonly #oldest: Gauge;
  readonly #inbox: Gauge;

  constructor(registry: Registry, clock: Clock) {
    const registers = [registry];
    this.#clock = clock;
    this.#up = new Gauge({
      name: "roomporter_database_up",
      help: "1 where the database answered this scrape, 0 where it did not: what is counted there is then missing",
      registers,
    });
    this.#jobs = new Gauge({
      name: "roomporter_jobs",
      help: "Jobs in the database, by kind and state",
      labelNames: ["kind", "state"],
      registers,
    });
    this.#depth = new Gauge({ name: "roomporter_queue_depth", help: "Jobs that wait for a free place", registers });
    this.#oldest = new Gauge({
      name: "roomporter_oldest_queued_job_age_seconds",
      help: "Time since the oldest job that waits was asked for; 0 where none waits",
      registers,
    });
    this.#inbox = new Gauge({
      name: "roomporter_inbox_depth",
      help: "Events pushed by the homeserver that the bot has not acted on yet",
      registers,
    });
  }

  /** undefined: the database did not answer. What is not known is then left out: a 0 would look like an empty queue. */
  set(census: Census | undefined): void {
    this.#up.set(census ? 1 : 0);
    this.#jobs.reset();
    for (const gauge of [this.#depth, this.#oldest, this.#inbox]) gauge.remove();
    if (!census) return;
    const { jobs, oldestQueuedAt, inbox } = census;
    for (const kind of JOB_KINDS) for (const state of JOB_STATES) this.#jobs.set({ kind, state }, 0);
    for (const { kind, state, count } of jobs) this.#jobs.set({ kind, state }, count);
    const queued = jobs.filter(({ state }) => state === "queued");
    this.#depth.set(queued.reduce((sum, { count }) => sum + count, 0));
    const age = oldestQueuedAt === undefined ? 0 : this.#clock.now() - oldestQueuedAt;
    this.#oldest.set(Math.max(0, age) / 1000);
    this.#inbox.set(inbox);
  }
}
