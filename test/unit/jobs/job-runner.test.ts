import { expect } from "chai";
import { RequestError } from "../../../src/requests/failures/failure.ts";
import { turns, until } from "../../support/until.ts";
import { ANN, errorOf, RunnerWorld } from "./runner-world.ts";

describe("the job runner", () => {
  let world: RunnerWorld;
  beforeEach(() => (world = new RunnerWorld()));
  afterEach(() => world.stop());

  it("runs so many jobs at a time, and the next when one has ended", async () => {
    for (const id of ["a", "b", "c"]) await world.add(id);
    world.runner.start();
    const first = await world.work.at(0);
    await world.work.at(1);
    await turns();
    expect(world.runner.free).to.equal(0);
    expect((await world.store.get("c"))?.state).to.equal("queued");
    first.end();
    expect((await world.work.at(2)).job.id).to.equal("c");
    expect(await world.state("a", "succeeded")).to.deep.include({ report: { done: true }, held: null });
    expect(world.released).to.deep.equal(["a succeeded"]);
  });

  it("takes up jobs that are queued while it runs", async () => {
    world.runner.start();
    await world.add("a");
    world.runner.wake();
    expect((await world.work.at(0)).job.id).to.equal("a");
  });

  it("shows progress and the room at once, and stores progress", async () => {
    await world.add("a");
    const seen: string[] = [];
    world.control.watch("a", (job) => seen.push(`${job.state} ${job.progress.done} ${job.room_id}`));
    world.runner.start();
    const { context, end } = await world.work.at(0);
    context.onProgress({ done: 5, total: 9 });
    expect(world.runner.current("a")?.progress).to.deep.include({ done: 5, total: 9, unit: "events" });
    context.onRoom("!new:x");
    await until(async () => (await world.store.get("a"))?.progress.done === 5);
    context.onProgress({ done: 9, total: 9 });
    end();
    await world.state("a", "succeeded");
    await until(() => seen.at(-1)?.startsWith("succeeded") === true);
    expect((await world.store.get("a"))?.progress.done).to.equal(9);
    expect(seen[0]).to.equal("running 0 null");
    expect(seen).to.include("running 5 !new:x");
    expect(seen.at(-1)).to.contain("succeeded 9");
  });

  it("tells of a reason that is meant for people, and of no other, and keeps what the job has", async () => {
    await world.add("a");
    await world.add("b");
    world.runner.start();
    (await world.work.at(0)).fail(new RequestError("invalid", "M_X", "Too bad.", [{ code: "c", message: "Because." }]));
    (await world.work.at(1)).fail(new Error("secret words"));
    expect((await world.state("a", "failed")).error).to.deep.equal({
      errcode: "M_X",
      error: "Too bad: Because.",
      retry: false,
    });
    expect((await world.state("b", "failed")).error?.error).not.to.include("secret words");
    expect(world.released).to.deep.equal([]);
  });

  it("does nothing for those who have lost the permission since they asked", async () => {
    world.permission = "none";
    await world.add("a");
    world.runner.start();
    expect((await world.state("a", "failed")).error?.error).to.include("You may not use this service");
    world.permission = "user";
    await world.store.create({ id: "all", kind: "gdpr_export", owner: "@former:x", params: {}, room_id: null });
    world.runner.wake();
    expect((await world.state("all", "failed")).error?.error).to.include("for admins only");
    expect(world.work.begun).to.have.lengthOf(0);
    const ends = (await world.audited()).map(({ action, outcome }) => `${action} ${outcome}`);
    expect(ends).to.deep.equal(["import refused", "gdpr_export refused"]);
  });

  it("cancels what is queued and what is running, and nothing that has ended", async () => {
    for (const id of ["a", "b", "c"]) await world.add(id);
    world.runner.start();
    await world.work.at(1);
    await world.control.cancel("c", false, ANN);
    expect((await world.store.get("c"))?.state).to.equal("cancelled");
    void errorOf((await world.work.at(0)).context.permit());
    await world.control.cancel("a", false, ANN);
    expect((await world.store.get("a"))?.state).to.equal("cancelled");
    (await world.work.at(1)).end();
    await world.state("b", "succeeded");
    await world.control.cancel("b", false, ANN);
    expect((await world.store.get("b"))?.state).to.equal("succeeded");
    expect(world.released).to.deep.equal(["c cancelled", "a cancelled", "b succeeded"]);
  });

  it("gives up what a failed job has kept for a retry where somebody cancels it", async () => {
    await world.add("a");
    world.runner.start();
    (await world.work.at(0)).fail(new Error("odd"));
    await world.state("a", "failed");
    await world.control.cancel("a", true, ANN);
    expect(world.released).to.deep.equal([]);
    await world.control.cancel("a", false, ANN);
    expect(world.released).to.deep.equal(["a failed"]);
    expect(await world.store.get("a")).to.include({ state: "failed", held: null });
    expect((await world.audited()).map(({ action }) => action)).to.include("job_cancel");
  });

  it("tells the audit log how each job ended, and who wished it", async () => {
    const told = async (): Promise<string[]> =>
      (await world.audited()).map((row) => [row.action, row.outcome, row.actor, row.door, row.reasons].join(" "));
    for (const id of ["a", "b", "c", "d"]) await world.add(id);
    world.runner.start();
    (await world.work.at(0)).end();
    await world.state("a", "succeeded");
    (await world.work.at(1)).fail(
      new RequestError("invalid", "IO.ROOMPORTER.REFUSED", "no", [{ code: "scope_incognito", message: "no" }]),
    );
    await world.state("b", "failed");
    (await world.work.at(2)).fail(new Error("secret words"));
    await world.state("c", "failed");
    void errorOf((await world.work.at(3)).context.permit());
    await world.control.cancel("d", false, { actor: "admin:ops", door: "cli" });
    expect(await told()).to.deep.equal([
      "import done @a:x service ",
      "import refused @a:x service IO.ROOMPORTER.REFUSED,scope_incognito",
      "import failed @a:x service M_UNKNOWN",
      "job_cancel done admin:ops cli ",
      "import cancelled @a:x service ",
    ]);
  });

  it("cancels with --keep so that the job can go on", async () => {
    await world.add("a");
    world.runner.start();
    await world.work.at(0);
    await world.control.cancel("a", true, ANN);
    expect(await world.store.get("a")).to.deep.include({ state: "cancelled", held: "kept" });
    expect(world.released).to.deep.equal([]);
    await world.store.retry("a");
    world.runner.wake();
    expect((await world.work.at(1)).job).to.deep.include({ id: "a", fence: 2 });
  });
});
