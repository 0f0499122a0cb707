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
  readonly #done: Gauge<"schedule">;
  readonly #overdue: Gauge<"schedule">;

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
    this.#done = new Gauge({
      name: "roomporter_schedule_done_timestamp_seconds",
      help: "The latest time at which a schedule was due and every room of it was exported; missing where that is too long ago",
      labelNames: ["schedule"],
      registers,
    });
    this.#overdue = new Gauge({
      name: "roomporter_schedule_overdue",
      help: "1 where an export of the schedule is later than overdue_after_hours allows, else 0",
      labelNames: ["schedule"],
      registers,
    });
  }

  /** undefined: the database did not answer. What is not known is then left out: a 0 would look like an empty queue. */
  set(census: Census | undefined): void {
    this.#up.set(census ? 1 : 0);
    for (const gauge of [this.#jobs, this.#done, this.#overdue]) gauge.reset();
    for (const gauge of [this.#depth, this.#oldest, this.#inbox]) gauge.remove();
    if (!census) return;
    const { jobs, oldestQueuedAt, inbox, schedules } = census;
    for (const kind of JOB_KINDS) for (const state of JOB_STATES) this.#jobs.set({ kind, state }, 0);
    for (const { kind, state, count } of jobs) this.#jobs.set({ kind, state }, count);
    const queued = jobs.filter(({ state }) => state === "queued");
    this.#depth.set(queued.reduce((sum, { count }) => sum + count, 0));
    const age = oldestQueuedAt === undefined ? 0 : this.#clock.now() - oldestQueuedAt;
    this.#oldest.set(Math.max(0, age) / 1000);
    this.#inbox.set(inbox);
    for (const { name: schedule, done, overdue } of schedules) {
      if (done !== undefined) this.#done.set({ schedule }, done / 1000);
      this.#overdue.set({ schedule }, overdue ? 1 : 0);
    }
  }
}
