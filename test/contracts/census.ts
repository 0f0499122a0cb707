import { expect } from "chai";
import { takeCensus } from "../../src/adapters/database/stores/census.ts";
import type { InboxEvent } from "../../src/ports/inbox.ts";
import { TestClock, type OpenedStores, type OpenStores } from "./stores.ts";

export function censusContract(open: OpenStores): void {
  const clock = new TestClock();
  let stores: OpenedStores;
  beforeEach(async () => {
    stores = await open(clock);
  });
  afterEach(() => stores.close());

  it("finds nothing in an empty database", async () => {
    expect(await takeCensus(stores.database.kysely)).to.deep.equal({ jobs: [], oldestQueuedAt: undefined, inbox: 0 });
  });

  it("counts jobs by kind and state, tells since when the oldest waits, and counts what the inbox still holds", async () => {
    const { jobs, inbox, database } = stores;
    const add = async (kind: "export" | "import"): Promise<string> => {
      clock.time += 1000;
      return (await jobs.create({ kind, owner: "@ann:x", params: {}, room_id: null })).id;
    };
    await add("export");
    const running = await jobs.claim("worker", 60_000);
    const oldest = clock.time + 1000;
    for (let i = 0; i < 3; i++) await add("import");
    await add("export");
    await jobs.requestCancel(await add("import"), false);
    const event = { room_id: "!r:x", type: "m.room.message", sender: "@ann:x", origin_server_ts: 1, content: {} };
    const events: InboxEvent[] = ["$a", "$b", "$c"].map((event_id) => ({ event_id, ...event }));
    await inbox.store(events);
    await inbox.done("$b");

    const census = await takeCensus(database.kysely);
    expect(census.jobs).to.have.deep.members([
      { kind: "export", state: "running", count: 1 },
      { kind: "export", state: "queued", count: 1 },
      { kind: "import", state: "queued", count: 3 },
      { kind: "import", state: "cancelled", count: 1 },
    ]);
    expect(census).to.include({ oldestQueuedAt: oldest, inbox: 2 });
    expect(running).to.have.property("kind", "export");
  });
}
