import { expect } from "chai";
import { readPolicy } from "../../src/policy/room-policy.ts";
import { TestClock, type OpenedStores, type OpenStores } from "./stores.ts";

/** What every PolicyStore does. */
export function policyStoreContract(open: OpenStores): void {
  const clock = new TestClock();
  let stores: OpenedStores;
  beforeEach(async () => {
    stores = await open(clock);
  });
  afterEach(() => stores.close());

  const incognito = readPolicy({ scope_kind: "incognito", auto_close_on_leave: true });
  const wanted = (id: string) =>
    ({ id, origin: "created", room_id: null, owner: "@ann:x", policy: incognito }) as const;
  const told = { action: "room_create", outcome: "done", door: "http", actor: "@ann:x" } as const;

  it("remembers a room from before it is made until it is closed", async () => {
    const created_at = (clock.time += 1000);
    await stores.policies.begin(wanted("one"));
    expect(await stores.policies.unmade()).to.deep.equal([
      { ...wanted("one"), created_at, closing_at: null, closed_at: null },
    ]);
    expect(await stores.policies.open()).to.deep.equal([]);

    await stores.policies.made("one", "!one:x", told);
    const { policies } = await stores.reopen();
    expect((await policies.making("one"))?.room_id).to.equal("!one:x");
    expect(await policies.making("two")).to.equal(undefined);
    const made = { ...wanted("one"), room_id: "!one:x", created_at, closing_at: null, closed_at: null };
    expect(await policies.get("!one:x")).to.deep.equal(made);
    expect(await policies.open()).to.deep.equal([made]);
    expect(await policies.unmade()).to.deep.equal([]);

    clock.time += 1000;
    await policies.beginClosing("!one:x", told);
    const closing_at = clock.time;
    clock.time += 1000;
    await policies.beginClosing("!one:x", told);
    await policies.closed("!one:x", told);
    expect(await policies.get("!one:x")).to.deep.equal({ ...made, closing_at, closed_at: clock.time });
    expect(await policies.open()).to.deep.equal([]);
    expect(await policies.get("!other:x")).to.equal(undefined);
  });

  it("makes one of a making that is begun again, or of a room that is noted again", async () => {
    await stores.policies.begin(wanted("one"));
    await stores.policies.made("one", "!one:x", told);
    const again = await stores.policies.begin({ ...wanted("one"), owner: "@eve:x" });
    expect(again).to.include({ owner: "@ann:x", room_id: "!one:x" });
    const other = await stores.policies.begin({ ...wanted("two"), room_id: "!one:x", owner: "@eve:x" });
    expect(other).to.include({ id: "one", owner: "@ann:x" });
    expect(await stores.policies.open()).to.have.length(1);
  });

  it("gives up what never was made, and nothing else", async () => {
    await stores.policies.begin(wanted("one"));
    await stores.policies.begin(wanted("two"));
    await stores.policies.made("two", "!two:x", told);
    await stores.policies.abandon("one");
    await stores.policies.abandon("two");
    expect(await stores.policies.unmade()).to.deep.equal([]);
    expect((await stores.policies.open()).map(({ id }) => id)).to.deep.equal(["two"]);
  });

  it("remembers who was admitted, until they go or the room is closed", async () => {
    const { policies } = stores;
    await policies.begin({ ...wanted("one"), room_id: "!one:x" });
    for (const user of ["@ann:x", "@bob:x", "@ann:x"]) await policies.admit("!one:x", user);
    await policies.admit("!two:x", "@cy:x");
    expect(await policies.admitted("!one:x")).to.have.members(["@ann:x", "@bob:x"]);
    await policies.dismiss("!one:x", "@bob:x");
    expect(await policies.admitted("!one:x")).to.deep.equal(["@ann:x"]);
    await policies.closed("!one:x", told);
    expect(await policies.admitted("!one:x")).to.deep.equal([]);
    expect(await policies.admitted("!two:x")).to.deep.equal(["@cy:x"]);
  });

  it("tells of a change once, where there is one, and of none that the database did not take", async () => {
    const { policies, audit, database } = stores;
    const at = { ...told, room_id: "!one:x" };
    const rows = async (): Promise<string[]> =>
      (await audit.list({}, { limit: 100, newestFirst: false })).map(({ action, outcome }) => `${action} ${outcome}`);
    await policies.begin(wanted("one"));
    expect(await policies.made("one", "!one:x", at)).to.equal(true);
    expect(await policies.made("one", "!one:x", at), "made before").to.equal(false);
    await policies.setPolicy("!one:x", incognito, { ...at, action: "policy_change" });
    for (let i = 0; i < 2; i++)
      await policies.beginClosing("!one:x", { ...at, action: "room_close", outcome: "granted" });
    for (let i = 0; i < 2; i++) await policies.closed("!one:x", { ...at, action: "room_close" });
    await policies.beginClosing("!one:x", { ...at, action: "room_close", outcome: "granted" });
    await policies.setPolicy("!none:x", incognito, at);
    expect(await rows()).to.deep.equal([
      "room_create done",
      "policy_change done",
      "room_close granted",
      "room_close done",
    ]);

    await policies.begin(wanted("two"));
    await database.kysely.schema.alterTable("audit").renameTo("audit_away").execute();
    await rejected(policies.made("two", "!two:x", at));
    await database.kysely.schema.alterTable("audit_away").renameTo("audit").execute();
    expect((await policies.making("two"))?.room_id, "what could not be told did not happen").to.equal(null);
  });

  it("changes the policy of one room", async () => {
    for (const id of ["one", "two"]) {
      await stores.policies.begin(wanted(id));
      await stores.policies.made(id, `!${id}:x`, told);
    }
    const changed = { ...incognito, read_role_slugs: ["board"], parent: "!space:x" };
    await stores.policies.setPolicy("!two:x", changed, told);
    expect((await stores.policies.get("!one:x"))?.policy).to.deep.equal(incognito);
    expect((await stores.policies.get("!two:x"))?.policy).to.deep.equal(changed);
  });
}

async function rejected(promise: Promise<unknown>): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(Error);
}
