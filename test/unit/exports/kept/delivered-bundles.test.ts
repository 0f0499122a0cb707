import { expect } from "chai";
import { DeliveredBundles } from "../../../../src/exports/kept/delivered-bundles.ts";
import { readPolicy } from "../../../../src/policy/room-policy.ts";
import { HomeserverError } from "../../../../src/ports/homeserver/homeserver.ts";
import { keptLog, type LogLine } from "../../../support/fakes/logger.ts";
import { memoryStores, type MemoryStores } from "../../../support/fakes/memory-stores.ts";

describe("copies of bundles that were delivered", () => {
  let stores: MemoryStores;
  let lines: LogLine[];
  let removed: string[];
  let failure: Error | undefined;
  beforeEach(() => {
    stores = memoryStores();
    removed = [];
    failure = undefined;
  });

  function copies(mayRemove = true): DeliveredBundles {
    const log = keptLog();
    lines = log.lines;
    const { records, policies, jobs: store } = stores;
    const removal = {
      removeMedia: async (uri: string): Promise<void> => {
        if (failure) throw failure;
        removed.push(uri);
      },
    };
    return new DeliveredBundles({
      records,
      policies,
      store,
      removal: mayRemove ? removal : undefined,
      logger: log.logger,
    });
  }

  it("are deleted with the bundle, each once", async () => {
    const delivered = copies();
    for (const uri of ["mxc://x/1", "mxc://x/2"]) await delivered.note("one", uri);
    await delivered.note("two", "mxc://x/3");
    await delivered.withdraw("one");
    await delivered.withdraw("one");
    expect(removed.toSorted()).to.deep.equal(["mxc://x/1", "mxc://x/2"]);
  });

  for (const [mayRemove, why] of [
    [false, "there is no homeserver.admin_token"],
    [true, "homeserver.admin_token may not delete media"],
  ] as const)
    it(`stay noted where they may not be deleted, which the log says once: ${why}`, async () => {
      const delivered = copies(mayRemove);
      await delivered.note("one", "mxc://x/1");
      failure = new HomeserverError(403, "M_FORBIDDEN", "no");
      await delivered.withdraw("one");
      await delivered.withdraw("one");
      expect(await stores.records.copiesOf("one")).to.deep.equal(["mxc://x/1"]);
      expect(lines).to.have.length(1);
      expect(lines[0]?.message).to.include(why);
    });

  it("are tried again where the homeserver is away", async () => {
    const delivered = copies();
    await delivered.note("one", "mxc://x/1");
    failure = new HomeserverError(502, "M_UNKNOWN", "away");
    expect(await delivered.withdraw("one").catch((error: unknown) => error)).to.equal(failure);
    expect(await stores.records.copiesOf("one")).to.deep.equal(["mxc://x/1"]);
  });

  it("that are left are deleted later, of closed rooms alone", async () => {
    const { jobs, policies } = stores;
    const told = { action: "room_close", outcome: "granted", door: "http", actor: "@ann:x" } as const;
    const delivered = copies();
    for (const id of ["open", "closed"]) {
      const room_id = `!${id}:x`;
      await policies.begin({ id, origin: "created", room_id, owner: "@ann:x", policy: readPolicy({}) });
      await jobs.create({ id, kind: "export", owner: "@ann:x", params: {}, room_id });
      await delivered.note(id, `mxc://x/${id}`);
    }
    await policies.beginClosing("!closed:x", told);
    await delivered.withdrawLeft();
    expect(removed).to.deep.equal(["mxc://x/closed"]);
  });
});
