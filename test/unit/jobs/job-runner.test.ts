import { expect } from "chai";
import { JobControl } from "../../../src/jobs/job-control.ts";
import { JobEndings } from "../../../src/jobs/job-endings.ts";
import type { JobContext, JobWork, RunTerms } from "../../../src/jobs/job-run.ts";
import { JobRunner } from "../../../src/jobs/job-runner.ts";
import { JobWatch } from "../../../src/jobs/job-watch.ts";
import type { Permission } from "../../../src/requests/access.ts";
import { RequestError } from "../../../src/requests/failures/failure.ts";
import type { AuditRow } from "../../../src/ports/audit-log.ts";
import { LeaseLost, type Job, type JobStore } from "../../../src/ports/job-store.ts";
import { TIMER } from "../../../src/ports/timer.ts";
import { StoreAway } from "../../../src/ports/store-away.ts";
import { TestClock } from "../../contracts/stores.ts";
import { fakeJobTable } from "../../support/job-table.ts";
import { SILENT } from "../../support/fakes/logger.ts";
import { memoryStores, type MemoryStores } from "../../support/fakes/memory-stores.ts";
import { turns, until } from "../../support/until.ts";

/** Work that ends when the test says so. */
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

const ANN = { actor: "@ann:x", door: "http" } as const;
const TERMS: RunTerms = { lengthMs: 60_000, beatMs: 5, marginMs: 10_000, lastCallMs: 20, storeRetryMs: 5 };

describe("the job runner", () => {
  let stores: MemoryStores;
  let clock: TestClock;
  let store: JobStore;
  /** heartbeats that the store has answered */
  let beats: number;
  let work: Work;
  let released: string[];
  /** of every owner */
  let permission: Permission;
  let runner: JobRunner;
  let control: JobControl;
  /** moves the clocks of workers, not that of the store */
  let ahead: number;
  const runners: JobRunner[] = [];
  beforeEach(() => {
    clock = new TestClock();
    stores = memoryStores(clock);
    store = stores.jobs;
    beats = 0;
    const { heartbeat } = store;
    store.heartbeat = async (...beat) => {
      const wish = await heartbeat(...beat);
      beats++;
      return wish;
    };
    work = new Work();
    released = [];
    permission = "user";
    ahead = 0;
    [runner, control] = newRunner();
  });
  afterEach(async () => {
    stores.away = false;
    for (const each of runners.splice(0)) await each.stop();
  });

  function newRunner(onRelease: () => void = () => undefined, sweepMs?: number): [JobRunner, JobControl] {
    const endings = new JobEndings(
      store,
      async (job) => {
        onRelease();
        released.push(`${job.id} ${job.state}`);
      },
      SILENT,
    );
    const watch = new JobWatch(1);
    const made = new JobRunner({
      store,
      table: fakeJobTable(work.run),
      endings,
      permissionOf: () => permission,
      changed: (job) => watch.tell(job),
      worker: "test",
      atOnce: 2,
      logger: SILENT,
      ...(sweepMs !== undefined && { sweepMs }),
      terms: TERMS,
      clocks: { now: () => Date.now() + ahead, monotonic: () => TIMER.monotonic() + ahead },
    });
    runners.push(made);
    return [made, new JobControl({ store, endings, watch, table: fakeJobTable(), runner: made, lookMs: 5 })];
  }

  const add = (id: string): Promise<Job> =>
    store.create({ id, kind: "import", owner: "@a:x", params: {}, room_id: null });

  async function state(id: string, wanted: string): Promise<Job> {
    let job: Job | undefined;
    await until(async () => (job = await store.get(id))?.state === wanted);
    return job as Job;
  }

  const audited = (): Promise<AuditRow[]> => stores.audit.list({}, { limit: 100, newestFirst: false });
  const errorOf = (act: Promise<unknown>): Promise<unknown> =>
    act.then(
      () => undefined,
      (error: unknown) => error,
    );

  it("runs so many jobs at a time, and the next when one has ended", async () => {
    for (const id of ["a", "b", "c"]) await add(id);
    runner.start();
    const first = await work.at(0);
    await work.at(1);
    await turns();
    expect(runner.free).to.equal(0);
    expect((await store.get("c"))?.state).to.equal("queued");
    first.end();
    expect((await work.at(2)).job.id).to.equal("c");
    expect(await state("a", "succeeded")).to.deep.include({ report: { done: true }, held: null });
    expect(released).to.deep.equal(["a succeeded"]);
  });

  it("takes up jobs that are queued while it runs", async () => {
    runner.start();
    await add("a");
    runner.wake();
    expect((await work.at(0)).job.id).to.equal("a");
  });

  it("shows progress and the room at once, and stores progress", async () => {
    await add("a");
    const seen: string[] = [];
    control.watch("a", (job) => seen.push(`${job.state} ${job.progress.done} ${job.room_id}`));
    runner.start();
    const { context, end } = await work.at(0);
    context.onProgress({ done: 5, total: 9 });
    expect(runner.current("a")?.progress).to.deep.include({ done: 5, total: 9, unit: "events" });
    context.onRoom("!new:x");
    await until(async () => (await store.get("a"))?.progress.done === 5);
    context.onProgress({ done: 9, total: 9 });
    end();
    await state("a", "succeeded");
    await until(() => seen.at(-1)?.startsWith("succeeded") === true);
    expect((await store.get("a"))?.progress.done).to.equal(9);
    expect(seen[0]).to.equal("running 0 null");
    expect(seen).to.include("running 5 !new:x");
    expect(seen.at(-1)).to.contain("succeeded 9");
  });

  it("tells of a reason that is meant for people, and of no other, and keeps what the job has", async () => {
    await add("a");
    await add("b");
    runner.start();
    (await work.at(0)).fail(new RequestError("invalid", "M_X", "Too bad.", [{ code: "c", message: "Because." }]));
    (await work.at(1)).fail(new Error("secret words"));
    expect((await state("a", "failed")).error).to.deep.equal({
      errcode: "M_X",
      error: "Too bad: Because.",
      retry: false,
    });
    expect((await state("b", "failed")).error?.error).not.to.include("secret words");
    expect(released).to.deep.equal([]);
  });

  it("does nothing for those who have lost the permission since they asked", async () => {
    permission = "none";
    await add("a");
    runner.start();
    expect((await state("a", "failed")).error?.error).to.include("You may not use this service");
    permission = "user";
    await store.create({ id: "all", kind: "gdpr_export", owner: "@former:x", params: {}, room_id: null });
    runner.wake();
    expect((await state("all", "failed")).error?.error).to.include("for admins only");
    expect(work.begun).to.have.lengthOf(0);
    const ends = (await audited()).map(({ action, outcome }) => `${action} ${outcome}`);
    expect(ends).to.deep.equal(["import refused", "gdpr_export refused"]);
  });

  it("cancels what is queued and what is running, and nothing that has ended", async () => {
    for (const id of ["a", "b", "c"]) await add(id);
    runner.start();
    await work.at(1);
    await control.cancel("c", false, ANN);
    expect((await store.get("c"))?.state).to.equal("cancelled");
    void errorOf((await work.at(0)).context.permit());
    await control.cancel("a", false, ANN);
    expect((await store.get("a"))?.state).to.equal("cancelled");
    (await work.at(1)).end();
    await state("b", "succeeded");
    await control.cancel("b", false, ANN);
    expect((await store.get("b"))?.state).to.equal("succeeded");
    expect(released).to.deep.equal(["c cancelled", "a cancelled", "b succeeded"]);
  });

  it("gives up what a failed job has kept for a retry where somebody cancels it", async () => {
    await add("a");
    runner.start();
    (await work.at(0)).fail(new Error("odd"));
    await state("a", "failed");
    await control.cancel("a", true, ANN);
    expect(released).to.deep.equal([]);
    await control.cancel("a", false, ANN);
    expect(released).to.deep.equal(["a failed"]);
    expect(await store.get("a")).to.include({ state: "failed", held: null });
    expect((await audited()).map(({ action }) => action)).to.include("job_cancel");
  });

  it("tells the audit log how each job ended, and who wished it", async () => {
    const told = async (): Promise<string[]> =>
      (await audited()).map((row) => [row.action, row.outcome, row.actor, row.door, row.reasons].join(" "));
    for (const id of ["a", "b", "c", "d"]) await add(id);
    runner.start();
    (await work.at(0)).end();
    await state("a", "succeeded");
    (await work.at(1)).fail(
      new RequestError("invalid", "IO.ROOMPORTER.REFUSED", "no", [{ code: "scope_incognito", message: "no" }]),
    );
    await state("b", "failed");
    (await work.at(2)).fail(new Error("secret words"));
    await state("c", "failed");
    void errorOf((await work.at(3)).context.permit());
    await control.cancel("d", false, { actor: "admin:ops", door: "cli" });
    expect(await told()).to.deep.equal([
      "import done @a:x service ",
      "import refused @a:x service IO.ROOMPORTER.REFUSED,scope_incognito",
      "import failed @a:x service M_UNKNOWN",
      "job_cancel done admin:ops cli ",
      "import cancelled @a:x service ",
    ]);
  });

  it("cancels with --keep so that the job can go on", async () => {
    await add("a");
    runner.start();
    await work.at(0);
    await control.cancel("a", true, ANN);
    expect(await store.get("a")).to.deep.include({ state: "cancelled", held: "kept" });
    expect(released).to.deep.equal([]);
    await store.retry("a");
    runner.wake();
    expect((await work.at(1)).job).to.deep.include({ id: "a", fence: 2 });
  });

  it("learns from the store that a job was cancelled elsewhere", async () => {
    await add("a");
    runner.start();
    const { context } = await work.at(0);
    await store.requestCancel("a", false);
    await until(async () => {
      await errorOf(context.permit());
      return context.signal.aborted;
    });
    await state("a", "cancelled");
  });

  it("does not begin a job whose cancelling was wished for before a restart", async () => {
    await add("a");
    await store.claim("dead", 1000);
    await store.requestCancel("a", false);
    await store.requeueRunning();
    runner.start();
    await state("a", "cancelled");
    expect(work.begun).to.have.length(0);
  });

  it("hands jobs back when it is stopped: nothing new begins, what is under way may end", async () => {
    await add("a");
    runner.start();
    const { context } = await work.at(0);
    context.onProgress({ done: 3, total: 9 });
    const stopped = runner.stop();
    await turns();
    expect(context.signal.aborted).to.equal(false);
    expect(await errorOf(context.permit())).to.deep.include({ name: "AbortError" });
    expect(context.signal.aborted).to.equal(true);
    await stopped;
    expect(await store.get("a")).to.deep.include({ state: "queued" });
    expect((await store.get("a"))?.progress).to.deep.include({ done: 3, total: 9 });
    expect(released).to.deep.equal([]);
    newRunner()[0].start();
    expect((await work.at(1)).job).to.deep.include({ id: "a", fence: 2 });
  });

  it("keeps its lease by beating, however long a job takes", async () => {
    await add("a");
    runner.start();
    const { context } = await work.at(0);
    for (let i = 0; i < 5; i++) {
      await stores.pass(TERMS.lengthMs - 5000);
      const heard = beats;
      await until(() => beats > heard + 1);
      await context.permit();
    }
    expect(await store.claim("other", 1000)).to.equal(undefined);
  });

  it("stops at once, and touches nothing, when somebody else has the job", async () => {
    await add("a");
    runner.start();
    const { context } = await work.at(0);
    await stores.pass(TERMS.lengthMs + 1);
    const other = await store.claim("other", 10_000);
    expect(other).to.deep.include({ id: "a", fence: 2 });
    await until(() => context.signal.aborted);
    expect(context.signal.reason).to.be.instanceOf(LeaseLost);
    await turns();
    expect(await store.get("a")).to.deep.include({ state: "running", fence: 2 });
    expect(runner.current("a")).to.equal(undefined);
    expect(released).to.deep.equal([]);
  });

  it("asks the store before it goes on after a long pause", async () => {
    await add("a");
    await add("b");
    runner.start();
    const [lost, held] = [await work.at(0), await work.at(1)];
    // paused: other workers' time goes on, and one of them takes one of the jobs
    await stores.pass(TERMS.lengthMs + 1);
    await store.claim("other", 10_000);
    ahead += TERMS.lengthMs + 1;
    expect(await errorOf(lost.context.permit())).to.be.instanceOf(LeaseLost);
    await held.context.permit();
    expect(held.context.signal.aborted).to.equal(false);
  });

  it("holds on to a job that it took up again itself, having slept longer than its lease", async () => {
    await add("a");
    runner.start();
    const { context } = await work.at(0);
    await stores.pass(TERMS.lengthMs + 1);
    runner.wake();
    expect((await work.at(1)).job).to.deep.include({ id: "a", fence: 2 });
    await until(() => context.signal.aborted);
    await until(() => runner.free > 0);
    expect([runner.free, runner.current("a")?.fence]).to.deep.equal([1, 2]);
    await runner.stop();
    expect(await store.get("a")).to.deep.include({ state: "queued", fence: 2 });
  });

  it("does not go on without a lease while the store is away, hands the job back later, and never fails it for that", async () => {
    await add("a");
    runner.start();
    const { context, fail } = await work.at(0);
    stores.away = true;
    await context.permit();
    ahead += TERMS.lengthMs;
    expect(await errorOf(context.permit())).to.be.instanceOf(StoreAway);
    fail(new StoreAway("test"));
    await turns();
    stores.away = false;
    runner.wake();
    expect((await work.at(1)).job).to.deep.include({ id: "a", fence: 2 });
    expect(released).to.deep.equal([]);
  });

  it("gives up a job that kills whoever does it, until somebody retries it", async () => {
    await add("deadly");
    for (let run = 0; run <= 10; run++) {
      await store.claim("killed", 1000);
      await stores.pass(2000);
    }
    runner.start();
    const { error, held } = await state("deadly", "failed");
    expect(error?.error).to.match(/died 10 times in a row/);
    expect(error?.retry).to.equal(true);
    expect(held).to.equal("kept");
    expect(work.begun).to.have.length(0);
    expect((await audited()).at(-1)).to.deep.include({ action: "import", outcome: "failed", door: "service" });
    await store.retry("deadly");
    runner.wake();
    expect((await work.at(0)).job).to.deep.include({ id: "deadly", lost_runs: 0 });
  });

  it("takes a job up again from a process that was killed nine times over it", async () => {
    await add("a");
    for (let run = 0; run < 9; run++) {
      await store.claim("killed", 1000);
      await stores.pass(2000);
    }
    runner.start();
    expect((await work.at(0)).job).to.deep.include({ id: "a", lost_runs: 9 });
  });

  it("records an end as soon as the store is back", async () => {
    await add("a");
    runner.start();
    const { end } = await work.at(0);
    stores.away = true;
    end();
    await turns();
    stores.away = false;
    await state("a", "succeeded");
  });

  it("gives back later what could not be given back at once", async () => {
    let failures = 1;
    [runner, control] = newRunner(() => {
      if (failures-- > 0) throw new Error("the homeserver is away");
    }, 5);
    await add("a");
    await control.cancel("a", false, ANN);
    expect(await store.get("a")).to.deep.include({ state: "cancelled", held: "due" });
    // it is left to whoever ended the job for a minute
    runner.start();
    await turns();
    expect(released).to.deep.equal([]);
    clock.time += 60_001;
    await until(async () => (await store.get("a"))?.held !== "due");
    expect(released).to.deep.equal(["a cancelled"]);
  });

  it("shows whoever watches a job what another process makes of it", async () => {
    const watch = new JobWatch(1);
    const endings = new JobEndings(store, async () => undefined, SILENT);
    const distant = new JobControl({ store, endings, watch, table: fakeJobTable(), lookMs: 5 });
    await add("a");
    const seen: string[] = [];
    distant.watch("a", (job) => seen.push(`${job.state} ${job.progress.done}`));
    runner.start();
    const { context, end } = await work.at(0);
    context.onProgress({ done: 4, total: 8 });
    await until(() => seen.includes("running 4"));
    end();
    await until(() => seen.some((line) => line.startsWith("succeeded")));
    distant.stop();
  });

  it("ends a job for whoever cancels it in another process", async () => {
    const endings = new JobEndings(store, async () => undefined, SILENT);
    const distant = new JobControl({ store, endings, watch: new JobWatch(1), table: fakeJobTable(), lookMs: 5 });
    await add("a");
    runner.start();
    const { context } = await work.at(0);
    const cancelled = distant.cancel("a", false, ANN);
    await until(async () => {
      await errorOf(context.permit());
      return context.signal.aborted;
    });
    await cancelled;
    expect((await store.get("a"))?.state).to.equal("cancelled");
  });
});
