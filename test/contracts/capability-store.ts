import { expect } from "chai";
import { capabilityStore } from "../../src/adapters/database/stores/capability-store.ts";
import { UNKNOWN_CAPABILITIES } from "../../src/ports/homeserver/capabilities.ts";
import { TestClock, type OpenedStores, type OpenStores } from "./stores.ts";

/** What the memory of what was found out about the homeserver does, in every database. */
export function capabilityStoreContract(open: OpenStores): void {
  let stores: OpenedStores;
  beforeEach(async () => void (stores = await open(new TestClock())));
  afterEach(() => stores.close());
  const store = () => capabilityStore(stores.database.kysely);

  it("keeps the last probe, for every process", async () => {
    expect(await store().read()).to.equal(undefined);
    const stored = { capabilities: { ...UNKNOWN_CAPABILITIES, software: "Synapse 1" }, asked: "a", complete: true };
    await store().save(stored);
    const newer = { ...stored, capabilities: { ...stored.capabilities, redaction: "dated" as const, probed_at: 5 } };
    await store().save(newer);
    expect(await capabilityStore((await stores.reopen()).database.kysely).read()).to.deep.equal(newer);
  });

  it("knows nothing where another version of the service has written something else", async () => {
    await stores.database.kysely
      .insertInto("homeserver")
      .values({ name: "capabilities", value: JSON.stringify({ capabilities: { redaction: "sometimes" } }) })
      .execute();
    expect(await store().read()).to.equal(undefined);
  });

  it("remembers the room of a probe until it is left", async () => {
    expect(await store().probeRoom()).to.equal(undefined);
    await store().setProbeRoom(null);
    expect(await store().probeRoom()).to.equal(null);
    await store().setProbeRoom("!a:x");
    expect(await store().probeRoom()).to.equal("!a:x");
    await store().setProbeRoom(undefined);
    expect(await store().probeRoom()).to.equal(undefined);
  });
}
