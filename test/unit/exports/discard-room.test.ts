import { expect } from "chai";
import { discardRoom } from "../../../src/exports/discard-room.ts";
import type { Job, JobKind } from "../../../src/ports/job-store.ts";
import { memoryStores } from "../../support/fakes/memory-stores.ts";

describe("what is kept of a room that is closed", () => {
  it("is deleted, of exports and imports, done or not, and of no other room", async () => {
    const { jobs: store } = memoryStores();
    const job = (id: string, kind: JobKind, room_id: string): Promise<Job> =>
      store.create({ id, kind, owner: "@ann:x", params: {}, room_id });
    await job("done", "export", "!r:x");
    const claimed = await store.claim("test", 60_000);
    if (claimed) await store.finish(claimed, "succeeded", { progress: claimed.progress, report: {} });
    await job("running", "export", "!r:x");
    await store.claim("test", 60_000);
    await job("queued", "import", "!r:x");
    await job("other", "export", "!other:x");
    const removed: string[] = [];
    const remove = async (id: string): Promise<void> => {
      removed.push(id);
    };
    await discardRoom({ store, bundles: { remove }, spools: { remove } }, "!r:x");
    expect(removed.toSorted()).to.deep.equal(["done", "done", "queued", "queued"]);
    expect((await store.get("queued"))?.state).to.equal("cancelled");
    expect(await store.get("running")).to.include({ cancel_requested: true, keep: false });
    expect((await store.get("other"))?.state).to.equal("queued");
  });
});
