import { expect } from "chai";
import type { Job } from "../../../src/ports/job-store.ts";
import { TestClock, type OpenStores, type Stores } from "./contracts.ts";

/** What every JobStore does. */
export function jobStoreContract(open: OpenStores): void {
  const clock = new TestClock();
  let stores: Stores & { close(): Promise<void> };
  beforeEach(async () => {
    stores = await open(clock);
  });
  afterEach(() => stores.close());

  const create = (owner: string, more: { id?: string } = {}): Promise<Job> => {
    clock.time++;
    return stores.jobs.create({
      kind: "export",
      owner,
      params: { n: 1, deep: { list: [null, true, "é"] } },
      room_id: null,
      ...more,
    });
  };

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
    });
    expect(await (await stores.reopen()).jobs.get(job.id)).to.deep.equal(job);
    expect(await stores.jobs.get("nothing")).to.equal(undefined);
    expect((await create("@ann:x", { id: "mine" })).id).to.equal("mine");
  });

  it("hands out each queued job once, oldest first", async () => {
    const ids = [await create("a"), await create("b"), await create("c")].map((job) => job.id);
    const claimed = await Promise.all([
      stores.jobs.claim(),
      stores.jobs.claim(),
      stores.jobs.claim(),
      stores.jobs.claim(),
    ]);
    expect(claimed.map((job) => job?.id)).to.have.members([...ids, undefined]);
    expect(claimed[0]).to.deep.include({ id: ids[0], state: "running" });
  });

  it("queues again what was running when the process died", async () => {
    const job = await create("a");
    await stores.jobs.claim();
    await stores.jobs.progress(job.id, { done: 7, total: 9, unit: "events" });
    const { jobs } = await stores.reopen();
    expect(await jobs.requeueRunning()).to.equal(1);
    expect(await jobs.requeueRunning()).to.equal(0);
    expect(await jobs.claim()).to.deep.include({ id: job.id, progress: { done: 7, total: 9, unit: "events" } });
  });

  it("lists newest first, of one owner or of all", async () => {
    const [one, two, three] = [await create("a"), await create("b"), await create("a")];
    expect((await stores.jobs.list("a", 10)).map((job) => job.id)).to.deep.equal([three.id, one.id]);
    expect((await stores.jobs.list(undefined, 2)).map((job) => job.id)).to.deep.equal([three.id, two.id]);
  });

  it("records room, report, error and end; the first end stands", async () => {
    const [good, bad] = [await create("a"), await create("a")];
    await stores.jobs.setRoom(good.id, "!new:x");
    clock.time += 5000;
    await stores.jobs.finish(good.id, "succeeded", { report: { ledger: [], size: 1 } });
    await stores.jobs.finish(good.id, "failed", { error: { errcode: "M_UNKNOWN", error: "late" } });
    expect(await stores.jobs.get(good.id)).to.deep.include({
      state: "succeeded",
      room_id: "!new:x",
      report: { ledger: [], size: 1 },
      error: null,
      finished_at: clock.time,
    });
    await stores.jobs.requestCancel(bad.id);
    await stores.jobs.finish(bad.id, "failed", { error: { errcode: "M_FORBIDDEN", error: "no" } });
    expect(await stores.jobs.get(bad.id)).to.deep.include({
      state: "failed",
      cancel_requested: true,
      error: { errcode: "M_FORBIDDEN", error: "no" },
    });
  });
}
