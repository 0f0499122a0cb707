import { expect } from "chai";
import { crossSigningStore } from "../../src/adapters/database/stores/cross-signing-store.ts";
import { TestClock, type OpenedStores, type OpenStores } from "./stores.ts";

/** What the memory of the service user's cross-signing keys does, in every database. */
export function crossSigningContract(open: OpenStores): void {
  let stores: OpenedStores;
  beforeEach(async () => void (stores = await open(new TestClock())));
  afterEach(() => stores.close());

  it("keeps the last keys, for every process, and nobody reads them in the database", async () => {
    const store = crossSigningStore(stores.database);
    expect(await store.load()).to.equal(undefined);
    await store.save({ master: "first", self_signing: "b", user_signing: "c" });
    const keys = { master: "MASTERKEY", self_signing: "SELFSIGNING", user_signing: "USERSIGNING" };
    await store.save(keys);
    expect(await crossSigningStore((await stores.reopen()).database).load()).to.deep.equal(keys);
    const stored = JSON.stringify(await stores.database.kysely.selectFrom("homeserver").selectAll().execute());
    for (const key of [...Object.values(keys), "master"]) expect(stored).not.to.include(key);
  });
}
