import { expect } from "chai";
import { LeaseLost } from "../../../src/ports/job-store.ts";
import { StoreAway } from "../../../src/ports/store-away.ts";
import { turns, until } from "../../support/until.ts";
import { ANN, errorOf, RunnerWorld, TERMS } from "./runner-world.ts";

describe("the job runner, beside other processes and away from its store", () => {
  let world: RunnerWorld;
  beforeEach(() => (world = new RunnerWorld()));
  afterEach(() => world.stop());

  it("learns from the store that a job was cancelled elsewhere", async () => {
    await world.add("a");
    world.runner.start();
    const { context } = await world.work.at(0);
    await world.store.requestCancel("a", false);
    await until(async () => {
      await errorOf(context.permit());
      return context.signal.aborted;
    });
    await world.state("a", "cancelled");
  });

  it("does not begin a job whose cancelling was wished for before a restart", async () => {
    await world.add("a");
    await world.store.claim("dead", 1000);
    await world.store.requestCancel("a", false);
    await world.store.requeueRunning();
    world.runner.start();
    await world.state("a", "cancelled");
    expect(world.work.begun).to.have.length(0);
  });

  it("hands jobs back when it is stopped: nothing new begins, what is under way may end", async () => {
    await world.add("a");
    world.runner.start();
    const { context } = await world.work.at(0);
    context.onProgress({ done: 3, total: 9 });
    const stopped = world.runner.stop();
    await turns();
    expect(context.signal.aborted).to.equal(false);
    expect(await errorOf(context.permit())).to.deep.include({ name: "AbortError" });
    expect(context.signal.aborted).to.equal(true);
    await stopped;
    expect(await world.store.get("a")).to.deep.include({ state: "queued" });
    expect((await world.store.get("a"))?.progress).to.deep.include({ done: 3, total: 9 });
    expect(world.released).to.deep.equal([]);
    world.newRunner()[0].start();
    expect((await world.work.at(1)).job).to.deep.include({ id: "a", fence: 2 });
  });

  it("keeps its lease by beating, however long a job takes", async () => {
    await world.add("a");
    world.runner.start();
    const { context } = await world.work.at(0);
    for (let i = 0; i < 5; i++) {
      await world.stores.pass(TERMS.lengthMs - 5000);
      const heard = world.beats;
      await until(() => world.beats > heard + 1);
      await context.permit();
    }
    expect(await world.store.claim("other", 1000)).to.equal(undefined);
  });

  it("stops at once, and touches nothing, when somebody else has the job", async () => {
    await world.add("a");
    world.runner.start();
    const { context } = await world.work.at(0);
    await world.stores.pass(TERMS.lengthMs + 1);
    const other = await world.store.claim("other", 10_000);
    expect(other).to.deep.include({ id: "a", fence: 2 });
    await until(() => context.signal.aborted);
    expect(context.signal.reason).to.be.instanceOf(LeaseLost);
    await turns();
    expect(await world.store.get("a")).to.deep.include({ state: "running", fence: 2 });
    expect(world.runner.current("a")).to.equal(undefined);
    expect(world.released).to.deep.equal([]);
  });

  it("asks the store before it goes on after a long pause", async () => {
    await world.add("a");
    await world.add("b");
    world.runner.start();
    const [lost, held] = [await world.work.at(0), await world.work.at(1)];
    // paused: other workers' time goes on, and one of them takes one of the jobs
    await world.stores.pass(TERMS.lengthMs + 1);
    await world.store.claim("other", 10_000);
    world.ahead += TERMS.lengthMs + 1;
    expect(await errorOf(lost.context.permit())).to.be.instanceOf(LeaseLost);
    await held.context.permit();
    expect(held.context.signal.aborted).to.equal(false);
  });

  it("holds on to a job that it took up again itself, having slept longer than its lease", async () => {
    await world.add("a");
    world.runner.start();
    const { context } = await world.work.at(0);
    await world.stores.pass(TERMS.lengthMs + 1);
    world.runner.wake();
    expect((await world.work.at(1)).job).to.deep.include({ id: "a", fence: 2 });
    await until(() => context.signal.aborted);
    await until(() => world.runner.free > 0);
    expect([world.runner.free, world.runner.current("a")?.fence]).to.deep.equal([1, 2]);
    await world.runner.stop();
    expect(await world.store.get("a")).to.deep.include({ state: "queued", fence: 2 });
  });

  it("does not go on without a lease while the store is away, hands the job back later, and never fails it for that", async () => {
    await world.add("a");
    world.runner.start();
    const { context, fail } = await world.work.at(0);
    world.stores.away = true;
    await context.permit();
    world.ahead += TERMS.lengthMs;
    expect(await errorOf(context.permit())).to.be.instanceOf(StoreAway);
    fail(new StoreAway("test"));
    await turns();
    world.stores.away = false;
    world.runner.wake();
    expect((await world.work.at(1)).job).to.deep.include({ id: "a", fence: 2 });
    expect(world.released).to.deep.equal([]);
  });

  it("gives up a job that kills whoever does it, until somebody retries it", async () => {
    await world.add("deadly");
    for (let run = 0; run <= 10; run++) {
      await world.store.claim("killed", 1000);
      await world.stores.pass(2000);
    }
    world.runner.start();
    const { error, held } = await world.state("deadly", "failed");
    expect(error?.error).to.match(/died 10 times in a row/);
    expect(error?.retry).to.equal(true);
    expect(held).to.equal("kept");
    expect(world.work.begun).to.have.length(0);
    expect((await world.audited()).at(-1)).to.deep.include({ action: "import", outcome: "failed", door: "service" });
    await world.store.retry("deadly");
    world.runner.wake();
    expect((await world.work.at(0)).job).to.deep.include({ id: "deadly", lost_runs: 0 });
  });

  it("takes a job up again from a process that was killed nine times over it", async () => {
    await world.add("a");
    for (let run = 0; run < 9; run++) {
      await world.store.claim("killed", 1000);
      await world.stores.pass(2000);
    }
    world.runner.start();
    expect((await world.work.at(0)).job).to.deep.include({ id: "a", lost_runs: 9 });
  });

  it("records an end as soon as the store is back", async () => {
    await world.add("a");
    world.runner.start();
    const { end } = await world.work.at(0);
    world.stores.away = true;
    end();
    await turns();
    world.stores.away = false;
    await world.state("a", "succeeded");
  });

  it("gives back later what could not be given back at once", async () => {
    let failures = 1;
    [world.runner, world.control] = world.newRunner(() => {
      if (failures-- > 0) throw new Error("the homeserver is away");
    }, 5);
    await world.add("a");
    await world.control.cancel("a", false, ANN);
    expect(await world.store.get("a")).to.deep.include({ state: "cancelled", held: "due" });
    // it is left to whoever ended the job for a minute
    world.runner.start();
    await turns();
    expect(world.released).to.deep.equal([]);
    world.clock.time += 60_001;
    await until(async () => (await world.store.get("a"))?.held !== "due");
    expect(world.released).to.deep.equal(["a cancelled"]);
  });

  it("shows whoever watches a job what another process makes of it", async () => {
    const distant = world.distantControl();
    await world.add("a");
    const seen: string[] = [];
    distant.watch("a", (job) => seen.push(`${job.state} ${job.progress.done}`));
    world.runner.start();
    const { context, end } = await world.work.at(0);
    context.onProgress({ done: 4, total: 8 });
    await until(() => seen.includes("running 4"));
    end();
    await until(() => seen.some((line) => line.startsWith("succeeded")));
    distant.stop();
  });

  it("ends a job for whoever cancels it in another process", async () => {
    const distant = world.distantControl();
    await world.add("a");
    world.runner.start();
    const { context } = await world.work.at(0);
    const cancelled = distant.cancel("a", false, ANN);
    await until(async () => {
      await errorOf(context.permit());
      return context.signal.aborted;
    });
    await cancelled;
    expect((await world.store.get("a"))?.state).to.equal("cancelled");
  });
});
