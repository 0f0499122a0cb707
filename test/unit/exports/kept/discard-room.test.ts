import { expect } from "chai";
import { discardRoom } from "../../../../src/exports/kept/discard-room.ts";
import type { Job, JobKind } from "../../../../src/ports/job-store.ts";
import { memoryStores } from "../../../support/fakes/memory-stores.ts";

describe("what is kept of a room that is closed", () => {
  it("is deleted, of exports and imports, done or not, and of no other room", async () => {
    const { jobs: store, records } = memoryStores();
    const job = (id: string, kind: JobKind, room_id: string | null): Promise<Job> =>
      store.create({ id, kind, owner: "@ann:x", params: {}, room_id });
    await job("done", "export", "!r:x");
    const claimed = await store.claim("test", 60_000);
    if (claimed) await store.finish(claimed, "succeeded", { progress: claimed.progress, report: {} });
    await job("running", "export", "!r:x");
    await store.claim("test", 60_000);
    await job("queued", "import", "!r:x");
    await job("other", "export", "!other:x");
    await job("collecting", "gdpr_export", null);
    for (const id of ["collecting", "gone"]) await records.addRoom(id, "!r:x");
    const removed: string[] = [];
    const remove = async (id: string): Promise<void> => {
      removed.push(id);
    };
    const withdrawn: string[] = [];
    const delivered = { withdraw: async (id: string) => void withdrawn.push(id) };
    await discardRoom({ store, bundles: { remove }, spools: { remove }, records, delivered }, "!r:x", "closed");
    expect(removed.toSorted()).to.deep.equal(["done", "done", "gone", "gone", "queued", "queued"]);
    expect(withdrawn.toSorted()).to.deep.equal(["done", "gone", "queued"]);
    expect((await store.get("collecting"))?.cancel_requested).to.equal(false);
    expect((await store.get("queued"))?.state).to.equal("cancelled");
    expect(await store.get("running")).to.include({ cancel_requested: true, keep: false });
    expect((await store.get("other"))?.state).to.equal("queued");
  });

  it("is kept for the retry of an import where the room is incognito, and of no export", async () => {
    const { jobs: store, records } = memoryStores();
    for (const [id, kind] of [
      ["import", "import"],
      ["export", "export"],
    ] as const)
      await store.create({ id, kind, owner: "@ann:x", params: {}, room_id: "!r:x" });
    const removed: string[] = [];
    const remove = async (id: string): Promise<void> => void removed.push(id);
    const parts = { store, bundles: { remove }, spools: { remove }, records, delivered: { withdraw: remove } };
    await discardRoom(parts, "!r:x", "incognito");
    expect([...new Set(removed)]).to.deep.equal(["export"]);
    expect((await store.get("import"))?.state).to.equal("queued");
  });
});
