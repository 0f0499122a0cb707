import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { JobRunner, type JobContext, type JobWork } from "../../../src/jobs/job-runner.ts";
import { PorterError } from "../../../src/jobs/porter.ts";
import type { Job } from "../../../src/ports/job-store.ts";
import { memoryJobStore, SILENT } from "./fakes.ts";

/** Work that ends when the test says so. */
class Work {
  readonly begun: { job: Job; context: JobContext; end(): void; fail(error: Error): void }[] = [];

  readonly run: JobWork = (job, context) =>
    new Promise((resolve, reject) => {
      context.signal.addEventListener("abort", () => reject(context.signal.reason as Error));
      this.begun.push({ job, context, end: () => resolve({ done: true }), fail: reject });
    });

  async at(index: number): Promise<Work["begun"][number]> {
    for (;;) {
      const found = this.begun[index];
      if (found) return found;
      await sleep(1);
    }
  }
}

describe("the job runner", () => {
  const store = memoryJobStore();
  let work: Work;
  let released: string[];
  let runner: JobRunner;
  beforeEach(() => {
    store.all.clear();
    work = new Work();
    released = [];
    runner = newRunner();
  });
  afterEach(() => runner.stop());

  function newRunner(): JobRunner {
    const release = async (job: Job): Promise<void> => void released.push(`${job.id} ${job.state}`);
    return new JobRunner({ store, work: { export: work.run, import: work.run }, release, atOnce: 2, logger: SILENT });
  }

  const add = (id: string): Promise<Job> => store.create({ id, kind: "import", owner: "a", params: {}, room_id: null });

  async function state(id: string, wanted: string): Promise<Job> {
    for (;;) {
      const job = store.all.get(id);
      if (job?.state === wanted) return job;
      await sleep(1);
    }
  }

  it("runs so many jobs at a time, and the next when one has ended", async () => {
    for (const id of ["a", "b", "c"]) await add(id);
    await runner.start();
    const first = await work.at(0);
    await work.at(1);
    await sleep(20);
    expect(store.all.get("c")?.state).to.equal("queued");
    first.end();
    expect((await work.at(2)).job.id).to.equal("c");
    expect(await state("a", "succeeded")).to.deep.include({ report: { done: true } });
    expect(released).to.deep.equal(["a succeeded"]);
  });

  it("takes up jobs that are queued while it runs", async () => {
    await runner.start();
    await add("a");
    runner.wake();
    expect((await work.at(0)).job.id).to.equal("a");
  });

  it("shows progress and the room at once, and stores them", async () => {
    await add("a");
    const seen: string[] = [];
    runner.watch("a", (job) => seen.push(`${job.state} ${job.progress.done} ${job.room_id}`));
    await runner.start();
    const { context, end } = await work.at(0);
    context.onProgress({ done: 5, total: 9 });
    expect(runner.current("a")?.progress).to.deep.equal({ done: 5, total: 9, unit: "events" });
    await context.onRoom("!new:x");
    expect(store.all.get("a")?.room_id).to.equal("!new:x");
    context.onProgress({ done: 9, total: 9 });
    end();
    await state("a", "succeeded");
    expect(store.all.get("a")?.progress.done).to.equal(9);
    expect(seen[0]).to.equal("running 0 null");
    expect(seen).to.include("running 5 !new:x");
    expect(seen.at(-1)).to.equal("succeeded 9 !new:x");
  });

  it("tells of a reason that is meant for people, and of no other", async () => {
    await add("a");
    await add("b");
    await runner.start();
    (await work.at(0)).fail(new PorterError(400, "M_X", "Too bad.", [{ code: "c", message: "Because." }]));
    (await work.at(1)).fail(new Error("secret words"));
    expect((await state("a", "failed")).error).to.deep.equal({ errcode: "M_X", error: "Too bad. Because." });
    expect((await state("b", "failed")).error?.error).not.to.include("secret words");
  });

  it("cancels what is queued and what is running, and nothing that has ended", async () => {
    for (const id of ["a", "b", "c"]) await add(id);
    await runner.start();
    await work.at(1);
    await runner.cancel("c");
    expect(store.all.get("c")?.state).to.equal("cancelled");
    await runner.cancel("a");
    expect(store.all.get("a")?.state).to.equal("cancelled");
    (await work.at(1)).end();
    await state("b", "succeeded");
    await runner.cancel("b");
    expect(store.all.get("b")?.state).to.equal("succeeded");
    expect(released).to.deep.equal(["c cancelled", "a cancelled", "b succeeded"]);
  });

  it("does not begin a job whose cancelling was wished for before a restart", async () => {
    await add("a");
    await store.claim();
    await store.requestCancel("a");
    await runner.start();
    await state("a", "cancelled");
    expect(work.begun).to.have.length(0);
  });

  it("leaves jobs to be resumed when it is stopped", async () => {
    await add("a");
    await runner.start();
    (await work.at(0)).context.onProgress({ done: 3, total: 9 });
    await runner.stop();
    expect(store.all.get("a")).to.deep.include({ state: "running", progress: { done: 3, total: 9, unit: "events" } });
    expect(released).to.deep.equal([]);
    runner = newRunner();
    await runner.start();
    expect((await work.at(1)).job.id).to.equal("a");
  });
});
