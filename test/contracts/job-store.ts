import { expect } from "chai";
import type { JsonObject } from "../../src/matrix/json.ts";
import {
  LeaseLost,
  TooManyJobs,
  type Job,
  type JobKind,
  type JobProgress,
  type JobStore,
} from "../../src/ports/job-store.ts";
import { TestClock, type OpenedStores, type OpenStores } from "./stores.ts";

const LONG = 60_000;
const at = (done: number, total: number | null = null): JobProgress => ({ done, total, unit: "events" });

/** What every JobStore does. */
export function jobStoreContract(open: OpenStores): void {
  const clock = new TestClock();
  let stores: OpenedStores;
  beforeEach(async () => {
    stores = await open(clock);
  });
  afterEach(() => stores.close());

  const create = (
    owner: string,
    {
      params = { n: 1, deep: { list: [null, true, "é"] } },
      ...more
    }: { id?: string; kind?: JobKind; params?: JsonObject } = {},
    atMost?: number,
  ): Promise<Job> => {
    clock.time++;
    return stores.jobs.create({ kind: "export", owner, params, room_id: null, ...more }, atMost);
  };

  async function claimed(worker = "w"): Promise<Job> {
    const job = await stores.jobs.claim(worker, LONG);
    if (!job) throw new Error("nothing to claim");
    return job;
  }

  const errorOf = (act: Promise<unknown>): Promise<unknown> =>
    act.then(
      () => undefined,
      (error: unknown) => error,
    );

  it("keeps what of a job is in words of people", async () => {
    const of = { kind: "import", owner: "@ann:x", params: {}, room_id: null } as const;
    const words = { subject: "Tea \u2066& <b>biscuits</b>" };
    const { id } = await stores.jobs.create({ ...of, words });
    expect(await (await stores.reopen()).jobs.get(id)).to.deep.include({ words });
    expect(await stores.jobs.create(of)).to.include({ words: null });
  });

  it("gives back what was created, also after a restart", async () => {
    const job = await create("@ann:x");
    expect(job).to.deep.include({
      kind: "export",
      state: "queued",
      owner: "@ann:x",
      params: { n: 1, deep: { list: [null, true, "é"] } },
      progress: { done: 0, total: null, unit: "events" },
      room_id: null,
      report: null,
      error: null,
      created_at: clock.time,
      finished_at: null,
      cancel_requested: false,
      keep: false,
      held: null,
      fence: 0,
      lost_runs: 0,
    });
    expect(await (await stores.reopen()).jobs.get(job.id)).to.deep.equal(job);
    expect(await stores.jobs.get("nothing")).to.equal(undefined);
    expect((await create("@ann:x", { id: "mine" })).id).to.equal("mine");
  });

  it("hands out each queued job once, oldest first, also to many at once", async () => {
    const ids = [await create("a"), await create("b"), await create("c")].map((job) => job.id);
    const other = await stores.reopen();
    const first = await stores.jobs.claim("w", LONG);
    expect(first).to.deep.include({ id: ids[0], state: "running", fence: 1 });
    const rest = await Promise.all([
      stores.jobs.claim("v", LONG),
      other.jobs.claim("w", LONG),
      stores.jobs.claim("w", LONG),
    ]);
    expect(rest.map((job) => job?.id)).to.have.members([ids[1], ids[2], undefined]);
  });

  it("goes by turns between owners, however many jobs one of them has", async () => {
    for (const id of ["a1", "a2", "a3"]) await create("a", { id });
    for (const id of ["b1", "b2"]) await create("b", { id });
    await create("c", { id: "c1" });
    const order: string[] = [];
    for (let i = 0; i < 6; i++) order.push((await claimed()).id);
    expect(order).to.deep.equal(["a1", "b1", "c1", "a2", "b2", "a3"]);
  });

  it("counts an owner's running jobs only while somebody runs them", async () => {
    for (const id of ["a1", "a2"]) await create("a", { id });
    await create("b", { id: "b1" });
    const first = await claimed();
    expect(first.id).to.equal("a1");
    await stores.jobs.finish(first, "succeeded", { progress: at(0) });
    expect((await claimed()).id).to.equal("a2");
  });

  it("queues again all that was running when the only process died", async () => {
    const job = await create("a");
    const run = await claimed();
    await stores.jobs.heartbeat(run, LONG, at(7, 9));
    const { jobs } = await stores.reopen();
    expect(await jobs.requeueRunning()).to.equal(1);
    expect(await jobs.requeueRunning()).to.equal(0);
    expect(await jobs.claim("w", LONG)).to.deep.include({ id: job.id, progress: at(7, 9), fence: 2 });
  });

  it("hands out a job again once its lease has lapsed, before any other, and not before", async () => {
    await create("a", { id: "slow" });
    await claimed("dead");
    await stores.pass(LONG - 10_000);
    await create("b", { id: "other" });
    expect((await claimed()).id).to.equal("other");
    expect(await stores.jobs.claim("w", LONG)).to.equal(undefined);
    await create("b", { id: "another" });
    // a millisecond more: all of this may happen within one
    await stores.pass(10_001);
    expect(await claimed()).to.deep.include({ id: "slow", fence: 2 });
    expect((await claimed()).id).to.equal("another");
  });

  it("counts the runs that ended without a word since the job last got any further", async () => {
    await create("a", { id: "deadly" });
    const lost = async (): Promise<number | undefined> => {
      await stores.jobs.requeueRunning();
      return (await stores.jobs.get("deadly"))?.lost_runs;
    };
    expect((await claimed()).lost_runs).to.equal(0);
    expect(await lost()).to.equal(1);
    expect((await claimed("dead")).lost_runs).to.equal(1);
    await stores.pass(LONG + 1);
    const third = await claimed();
    expect(third.lost_runs).to.equal(2);
    await stores.jobs.handBack(third, at(0));
    expect((await claimed()).lost_runs).to.equal(2);
    expect(await lost()).to.equal(3);
    await stores.jobs.heartbeat(await claimed("dead"), LONG, at(5));
    await stores.pass(LONG + 1);
    const further = await claimed();
    expect(further.lost_runs).to.equal(1);
    await stores.jobs.heartbeat(further, LONG, at(4));
    expect(await lost()).to.equal(2);
    await stores.jobs.finish(await claimed(), "failed", { progress: at(5) });
    expect(await stores.jobs.retry("deadly")).to.deep.include({ lost_runs: 0 });
  });

  it("lengthens a lease with each beat, stores how far and how fast the job is, and tells what was wished", async () => {
    await create("a");
    const run = await claimed();
    for (let beat = 1; beat <= 4; beat++) {
      await stores.pass(LONG - 1000);
      expect(await stores.jobs.heartbeat(run, LONG, { ...at(beat, 4), rate: 2.5 })).to.deep.equal({
        cancel_requested: false,
        keep: false,
      });
    }
    expect(await stores.jobs.claim("v", LONG)).to.equal(undefined);
    expect((await stores.jobs.get(run.id))?.progress).to.deep.equal({ done: 4, total: 4, unit: "events", rate: 2.5 });
    await stores.jobs.requestCancel(run.id, true);
    expect(await stores.jobs.heartbeat(run, LONG, at(4))).to.deep.equal({ cancel_requested: true, keep: true });
  });

  it("takes nothing more from a run whose job somebody else has claimed", async () => {
    const { id } = await create("a");
    const old = await claimed("paused");
    await stores.pass(LONG + 1);
    const now = await claimed("other");
    const attempts = [
      () => stores.jobs.heartbeat(old, LONG, at(99)),
      () => stores.jobs.handBack(old, at(99)),
      () => stores.jobs.finish(old, "failed", { progress: at(99) }),
    ];
    for (const attempt of attempts) expect(await errorOf(attempt())).to.be.instanceOf(LeaseLost);
    expect(await stores.jobs.get(id)).to.deep.include({ state: "running", progress: at(0), fence: now.fence });
    await stores.jobs.heartbeat(now, LONG, at(1));
  });

  it("lets a run go on whose lease has lapsed, as long as nobody else has claimed the job", async () => {
    await create("a");
    const run = await claimed("paused");
    await stores.pass(LONG + 1);
    await stores.jobs.heartbeat(run, LONG, at(5));
    expect(await stores.jobs.claim("other", LONG)).to.equal(undefined);
  });

  it("gives a job that was handed back to the next at once", async () => {
    await create("a");
    const run = await claimed();
    await stores.jobs.handBack(run, { ...at(3, 9), rate: 1 });
    expect(await errorOf(stores.jobs.heartbeat(run, LONG, at(4)))).to.be.instanceOf(LeaseLost);
    expect(await claimed("other")).to.deep.include({ id: run.id, fence: 2, progress: at(3, 9) });
  });

  it("lists newest first, of one owner or of all, page by page", async () => {
    const [one, two, three] = [await create("a"), await create("b"), await create("a")];
    const ids = async (...how: Parameters<JobStore["list"]>): Promise<string[]> =>
      (await stores.jobs.list(...how)).map(({ id }) => id);
    expect(await ids({ owner: "a" }, { limit: 10 })).to.deep.equal([three.id, one.id]);
    expect(await ids({}, { limit: 2 })).to.deep.equal([three.id, two.id]);
    expect(await ids({}, { limit: 2, after: two.id })).to.deep.equal([one.id]);
    expect(await ids({ owner: "a" }, { limit: 2, after: two.id })).to.deep.equal([one.id]);
    expect(await ids({}, { limit: 2, after: "ffff" })).to.deep.equal([]);
    await claimed();
    expect(await ids({ state: "running" }, { limit: 2 })).to.deep.equal([one.id]);
    expect(await ids({ state: "queued", kind: "export" }, { limit: 3 })).to.deep.equal(
      await ids({ state: "queued" }, { limit: 3 }),
    );
    expect(await ids({ kind: "gdpr_export" }, { limit: 2 })).to.deep.equal([]);
  });

  it("records report, error and end; the first end stands", async () => {
    await create("a");
    const good = await claimed();
    clock.time += 5000;
    const progress = { ...at(9, 9), rate: 3 };
    const ended = await stores.jobs.finish(good, "succeeded", { progress, report: { ledger: [], size: 1 } });
    expect(ended).to.deep.include({
      state: "succeeded",
      progress: at(9, 9),
      report: { ledger: [], size: 1 },
      error: null,
      finished_at: clock.time,
      held: "due",
    });
    const error = { errcode: "M_UNKNOWN", error: "late", retry: false };
    expect(await errorOf(stores.jobs.finish(good, "failed", { progress, error }))).to.be.instanceOf(LeaseLost);
    expect(await stores.jobs.get(good.id)).to.deep.equal(ended);
  });

  it("lets an owner have so many unfinished jobs, also where they are asked for at once", async () => {
    await create("a", {}, 3);
    const many = Array.from({ length: 8 });
    // so that as many connections are there as can be
    await Promise.all(many.map(() => stores.jobs.unfinished("a")));
    const more = await Promise.all(many.map(() => errorOf(create("a", {}, 3))));
    expect(more.filter((error) => error === undefined)).to.have.length(2);
    expect(more.filter((error) => error instanceof TooManyJobs)).to.have.length(6);
    expect(await stores.jobs.unfinished("a")).to.equal(3);
    await create("b", {}, 3);
    await stores.jobs.finish(await claimed(), "succeeded", { progress: at(0) });
    await create("a", {}, 3);
  });

  it("tells for which jobs of an owner a bundle may be kept, oldest first", async () => {
    const ended = async (kind: JobKind, state: "succeeded" | "failed"): Promise<string> => {
      await create("a", { kind });
      const { id } = await stores.jobs.finish(await claimed(), state, { progress: at(1) });
      if (state === "succeeded") await stores.jobs.released(id);
      return id;
    };
    const old = await ended("export", "succeeded");
    clock.time += 1000;
    const since = clock.time;
    const ids = [await ended("export", "succeeded"), await ended("import", "failed")];
    await ended("import", "succeeded");
    await ended("gdpr_export", "succeeded");
    const waiting = (await create("a", { kind: "import" })).id;
    await create("b");
    const keeping = async (after: number): Promise<string[]> =>
      (await stores.jobs.keeping("a", after)).map(({ id }) => id);
    expect(await keeping(since)).to.deep.equal([...ids, waiting]);
    expect(await keeping(0)).to.deep.equal([old, ...ids, waiting]);
    expect((await stores.jobs.keeping("a", since))[0]).to.deep.equal({
      id: ids[0],
      kind: "export",
      state: "succeeded",
    });
  });

  it("finds an owner's imports by the hashes that their parameters name, newest first, each once", async () => {
    const hash = (of: number): string => of.toString(16).padStart(64, "0");
    const params = (...of: number[]): JsonObject => ({ bundle_sha256: hash(of[0] ?? 0), rooms: of.map(hash) });
    await create("a", { id: "old", kind: "import", params: params(1) });
    await stores.jobs.finish(await claimed(), "succeeded", { progress: at(0) });
    await create("a", { id: "space", kind: "space_import", params: params(2, 60) });
    await create("a", { id: "export", kind: "export", params: params(1) });
    await create("b", { id: "another's", kind: "import", params: params(1) });
    const found = async (...of: number[]): Promise<string[]> =>
      (await stores.jobs.importsNaming("a", of.map(hash))).map(({ id }) => id);
    expect(await found(1)).to.deep.equal(["old"]);
    expect(await found(...Array.from({ length: 130 }, (_, of) => of))).to.deep.equal(["space", "old"]);
    expect(await found(3)).to.deep.equal([]);
    expect(await found()).to.deep.equal([]);
    expect((await stores.jobs.importsNaming("c", [hash(1)])).length).to.equal(0);
  });

  it("tells whether an import runs", async () => {
    await create("a", { kind: "import" });
    expect(await stores.jobs.importing()).to.equal(false);
    const job = await claimed();
    expect(await stores.jobs.importing()).to.equal(true);
    await stores.jobs.finish(job, "succeeded", { progress: at(0) });
    await create("a", { kind: "export" });
    await claimed();
    expect(await stores.jobs.importing()).to.equal(false);
  });

  it("cancels at once what nobody runs, marks what somebody runs, and leaves what has ended", async () => {
    await create("a", { id: "queued" });
    expect(await stores.jobs.requestCancel("queued", false)).to.deep.include({ state: "cancelled", held: "due" });
    await create("a", { id: "running" });
    const run = await claimed();
    expect(await stores.jobs.requestCancel("running", false)).to.deep.include({
      state: "running",
      cancel_requested: true,
    });
    await stores.jobs.finish(run, "succeeded", { progress: at(0) });
    expect(await stores.jobs.requestCancel("running", false)).to.deep.include({ state: "succeeded" });
    await create("a", { id: "left" });
    await claimed("dead");
    await stores.pass(LONG + 1);
    expect(await stores.jobs.requestCancel("left", true)).to.deep.include({ state: "cancelled", held: "kept" });
    expect(await stores.jobs.requestCancel("never", true)).to.equal(undefined);
  });

  it("gives up what an ended job has kept where somebody cancels it, unless they want that kept", async () => {
    await create("a", { id: "failed" });
    await stores.jobs.finish(await claimed(), "failed", { progress: at(0) });
    expect(await stores.jobs.requestCancel("failed", true)).to.deep.include({ state: "failed", held: "kept" });
    expect(await stores.jobs.requestCancel("failed", false)).to.deep.include({ state: "failed", held: "due" });
    expect(await stores.jobs.retry("failed")).to.equal(undefined);
  });

  it("queues again what has kept what it had, and nothing else", async () => {
    const error = { errcode: "M_FORBIDDEN", error: "no", retry: true };
    await create("a", { id: "failed" });
    await stores.jobs.finish(await claimed(), "failed", { progress: at(4, 8), error });
    expect(await stores.jobs.get("failed")).to.deep.include({ state: "failed", error, held: "kept" });
    expect(await stores.jobs.retry("failed", 1)).to.deep.include({
      state: "queued",
      error: null,
      held: null,
      finished_at: null,
      progress: at(4, 8),
    });
    expect(await claimed()).to.deep.include({ id: "failed", fence: 2 });
    expect(await stores.jobs.retry("failed")).to.equal(undefined);

    await create("a", { id: "gone" });
    await stores.jobs.requestCancel("gone", false);
    expect(await stores.jobs.retry("gone")).to.equal(undefined);

    await create("a", { id: "kept" });
    await stores.jobs.requestCancel("kept", true);
    expect(await errorOf(stores.jobs.retry("kept", 1))).to.be.instanceOf(TooManyJobs);
    expect((await stores.jobs.get("kept"))?.state).to.equal("cancelled");
    expect(await stores.jobs.retry("kept", 2)).to.deep.include({
      state: "queued",
      cancel_requested: false,
      keep: false,
    });
  });

  it("knows which ended jobs hold what is due, until that is given back", async () => {
    await create("a", { id: "done" });
    await stores.jobs.finish(await claimed(), "succeeded", { progress: at(0) });
    await create("a", { id: "failed" });
    await stores.jobs.finish(await claimed(), "failed", { progress: at(0) });
    clock.time += 1000;
    const due = async (): Promise<string[]> => (await stores.jobs.unreleased(500)).map((job) => job.id);
    expect(await stores.jobs.unreleased(2000)).to.deep.equal([]);
    expect(await due()).to.deep.equal(["done"]);
    await stores.jobs.released("done");
    expect(await due()).to.deep.equal([]);
    await stores.jobs.expire(clock.time - 2000);
    expect(await due()).to.deep.equal([]);
    await stores.jobs.expire(clock.time - 500);
    expect(await due()).to.deep.equal(["failed"]);
    expect(await stores.jobs.retry("failed")).to.equal(undefined);
  });
}
