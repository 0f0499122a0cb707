import { JobControl } from "../../../src/jobs/job-control.ts";
import { JobEndings } from "../../../src/jobs/job-endings.ts";
import type { JobContext, JobWork, RunTerms } from "../../../src/jobs/job-run.ts";
import { JobRunner } from "../../../src/jobs/job-runner.ts";
import { JobWatch } from "../../../src/jobs/job-watch.ts";
import type { AuditRow } from "../../../src/ports/audit-log.ts";
import type { Job, JobStore } from "../../../src/ports/job-store.ts";
import { TIMER } from "../../../src/ports/timer.ts";
import type { Permission } from "../../../src/requests/access.ts";
import { TestClock } from "../../contracts/stores.ts";
import { SILENT } from "../../support/fakes/logger.ts";
import { memoryStores } from "../../support/fakes/memory-stores.ts";
import { fakeJobTable } from "../../support/job-table.ts";
import { until } from "../../support/until.ts";

class Work {
  readonly begun: { job: Job; context: JobContext; end(): void; fail(error: Error): void }[] = [];

  readonly run: JobWork = (job, context) =>
    new Promise((resolve, reject) => {
      context.signal.addEventListener("abort", () => reject(context.signal.reason as Error));
      this.begun.push({ job, context, end: () => resolve({ done: true }), fail: reject });
    });

  async at(index: number): Promise<Work["begun"][number]> {
    await until(() => this.begun.length > index);
    return this.begun[index] as Work["begun"][number];
  }
}

export const ANN = { actor: "@ann:x", door: "http" } as const;
export const TERMS: RunTerms = { lengthMs: 60_000, beatMs: 5, marginMs: 10_000, lastCallMs: 20, storeRetryMs: 5 };

/** A job runner on stores in memory, and what happens around it. */
export class RunnerWorld {
  readonly clock = new TestClock();
  readonly stores = memoryStores(this.clock);
  readonly store: JobStore = this.stores.jobs;
  /** heartbeats that the store has answered */
  beats = 0;
  readonly work = new Work();
  readonly released: string[] = [];
  /** of every owner */
  permission: Permission = "user";
  /** moves the clocks of workers, not that of the store */
  ahead = 0;
  readonly #runners: JobRunner[] = [];
  runner: JobRunner;
  control: JobControl;

  constructor() {
    const { heartbeat } = this.store;
    this.store.heartbeat = async (...beat) => {
      const wish = await heartbeat(...beat);
      this.beats++;
      return wish;
    };
    [this.runner, this.control] = this.newRunner();
  }

  async stop(): Promise<void> {
    this.stores.away = false;
    for (const each of this.#runners) await each.stop();
  }

  newRunner(onRelease: () => void = () => undefined, sweepMs?: number): [JobRunner, JobControl] {
    const { store } = this;
    const endings = new JobEndings(
      store,
      async (job) => {
        onRelease();
        this.released.push(`${job.id} ${job.state}`);
      },
      SILENT,
    );
    const watch = new JobWatch(1);
    const made = new JobRunner({
      store,
      table: fakeJobTable(this.work.run),
      endings,
      permissionOf: () => this.permission,
      changed: (job) => watch.tell(job),
      worker: "test",
      atOnce: 2,
      logger: SILENT,
      ...(sweepMs !== undefined && { sweepMs }),
      terms: TERMS,
      clocks: { now: () => Date.now() + this.ahead, monotonic: () => TIMER.monotonic() + this.ahead },
    });
    this.#runners.push(made);
    return [made, new JobControl({ store, endings, watch, table: fakeJobTable(), runner: made, lookMs: 5 })];
  }

  /** What another process cancels and watches jobs with. */
  distantControl(): JobControl {
    const endings = new JobEndings(this.store, async () => undefined, SILENT);
    return new JobControl({ store: this.store, endings, watch: new JobWatch(1), table: fakeJobTable(), lookMs: 5 });
  }

  add(id: string): Promise<Job> {
    return this.store.create({ id, kind: "import", owner: "@a:x", params: {}, room_id: null });
  }

  /** The job, once it is in that state. */
  async state(id: string, wanted: string): Promise<Job> {
    let job: Job | undefined;
    await until(async () => (job = await this.store.get(id))?.state === wanted);
    return job as Job;
  }

  audited(): Promise<AuditRow[]> {
    return this.stores.audit.list({}, { limit: 100, newestFirst: false });
  }
}

export const errorOf = (act: Promise<unknown>): Promise<unknown> =>
  act.then(
    () => undefined,
    (error: unknown) => error,
  );
