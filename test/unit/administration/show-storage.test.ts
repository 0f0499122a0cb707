import { expect } from "chai";
import { showStorage } from "../../../src/administration/show-storage.ts";
import { operateWith } from "../../../src/requests/operation.ts";
import { memoryStores, toldAuditLog } from "../../support/fakes/memory-stores.ts";

const ROOT = { userId: "@root:x", adminToken: false, door: "http" } as const;

describe("the use of the storage", () => {
  it("is counted by the owners of the jobs, the largest first; what belongs to no job stands by itself", async () => {
    const { jobs: store } = memoryStores();
    const kept: { id: string; keptAt: number; size: number }[] = [{ id: "lost", keptAt: 0, size: 7 }];
    for (const [owner, size] of [
      ["@ann:x", 10],
      ["@bob:x", 100],
      ["@ann:x", 30],
    ] as const) {
      const { id } = await store.create({ kind: "export", owner, params: {}, room_id: "!a:x" });
      kept.push({ id, keptAt: 0, size });
    }
    const bundles = {
      async *list() {
        yield* kept;
      },
    };
    const operate = operateWith(() => "admin", toldAuditLog());
    expect(await showStorage({ operate, bundles, store, perUser: 500 })(ROOT)).to.deep.equal({
      bundles: 4,
      bytes: 147,
      per_user: 500,
      users: [
        { owner: "@bob:x", bundles: 1, bytes: 100 },
        { owner: "@ann:x", bundles: 2, bytes: 40 },
        { owner: null, bundles: 1, bytes: 7 },
      ],
    });
    const free = await showStorage({ operate, bundles, store, perUser: Infinity })(ROOT);
    expect(free.per_user).to.equal(null);
  });
});
