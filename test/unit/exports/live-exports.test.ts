import { expect } from "chai";
import { LiveExports } from "../../../src/exports/live-exports.ts";
import { RequestError } from "../../../src/requests/failures/failure.ts";

const ABOUT = { owner: "@ann:x", roomId: "!a:x" };

describe("an export that somebody waits for", () => {
  it("is shown like a job while it is read, and not longer", async () => {
    const live = new LiveExports({ perUser: 2, inAll: 3 });
    const told: string[] = [];
    const result = await live.show("live-1", ABOUT, async (onProgress) => {
      live.watch("live-1", (job) => told.push(`${job.state} ${job.progress.done}`));
      expect(live.get("live-1")).to.deep.include({
        kind: "export",
        state: "running",
        owner: "@ann:x",
        room_id: "!a:x",
      });
      onProgress({ done: 7, total: null });
      expect(live.get("live-1")?.progress).to.deep.equal({ done: 7, total: null, unit: "events" });
      return Promise.resolve("bundle");
    });
    expect(result).to.equal("bundle");
    expect(told).to.deep.equal(["running 7", "succeeded 7"]);
    expect(live.get("live-1")).to.equal(undefined);
  });

  it("ends as failed where it fails", async () => {
    const live = new LiveExports({ perUser: 2, inAll: 3 });
    const told: (string | undefined)[] = [];
    const failure = await live
      .show("live-1", ABOUT, async () => {
        live.watch("live-1", (job) => told.push(job.state, job.error?.error));
        throw new RequestError("invalid", "X", "It may not travel.");
      })
      .catch((error: unknown) => error);
    expect(failure).to.have.property("message", "It may not travel.");
    expect(told).to.deep.equal(["failed", "It may not travel."]);
    expect(live.get("live-1")).to.equal(undefined);
  });

  it("is not shown without an id, nor under one that is taken", async () => {
    const live = new LiveExports({ perUser: 2, inAll: 3 });
    await live.show(undefined, ABOUT, async (onProgress) => onProgress({ done: 1, total: null }));
    await live.show("live-1", ABOUT, async () => {
      const second = await live.show("live-1", ABOUT, async () => undefined).catch((error: unknown) => error);
      expect(second).to.be.instanceOf(RequestError).and.have.property("kind", "invalid");
      expect(live.get("live-1")?.state).to.equal("running");
    });
  });
});
