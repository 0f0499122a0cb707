import { expect } from "chai";
import { TestClock, type OpenedStores, type OpenStores } from "./stores.ts";

/** What every BotMemory does. */
export function botMemoryContract(open: OpenStores): void {
  const clock = new TestClock();
  let stores: OpenedStores;
  beforeEach(async () => {
    stores = await open(clock);
  });
  afterEach(() => stores.close());

  it("remembers the latest direct room of a user", async () => {
    expect(await stores.memory.directRoom("@ann:x")).to.equal(undefined);
    await stores.memory.setDirectRoom("@ann:x", "!one:x");
    await stores.memory.setDirectRoom("@ann:x", "!two:x");
    expect(await (await stores.reopen()).memory.directRoom("@ann:x")).to.equal("!two:x");
    expect(await stores.memory.directRoom("@bob:x")).to.equal(undefined);
  });

  it("remembers that a direct room was being made", async () => {
    expect(await stores.memory.beginDirectRoom("@ann:x")).to.equal(false);
    const { memory } = await stores.reopen();
    expect(await memory.directRoom("@ann:x")).to.equal(undefined);
    expect(await memory.beginDirectRoom("@ann:x")).to.equal(true);
    await memory.setDirectRoom("@ann:x", "!one:x");
    expect(await memory.beginDirectRoom("@ann:x")).to.equal(false);
    expect(await memory.directRoom("@ann:x")).to.equal(undefined);
  });

  it("knows whether there was an invitation into a room before, once that is handled", async () => {
    const invitation = (event_id: string, room_id: string) => ({
      ...{ event_id, room_id, type: "m.room.member", sender: "@ann:x", state_key: "@bot:x" },
      ...{ origin_server_ts: 1, content: { membership: "invite" } },
    });
    await stores.inbox.store([
      invitation("$1", "!r:x"),
      { ...invitation("$2", "!other:x"), type: "m.room.message" },
      invitation("$3", "!r:x"),
    ]);
    expect(await stores.memory.invitedBefore("!r:x", "$1")).to.equal(false);
    for (const id of ["$1", "$2"]) await stores.inbox.done(id);
    const { memory } = await stores.reopen();
    expect(await memory.invitedBefore("!r:x", "$1"), "the same one again").to.equal(false);
    expect(await memory.invitedBefore("!r:x", "$3")).to.equal(true);
    expect(await memory.invitedBefore("!other:x", "$4"), "a command").to.equal(false);
  });

  it("remembers the open notices, oldest first", async () => {
    await stores.memory.setJobNotice("z", { room_id: "!r:x", event_id: "$1" });
    clock.time += 1000;
    await stores.memory.setJobNotice("a", { room_id: "!r:x", event_id: "$2" });
    await stores.memory.setJobNotice("z", { room_id: "!r:x", event_id: "$3" });
    const { memory } = await stores.reopen();
    expect(await memory.jobNotice("z")).to.deep.equal({ room_id: "!r:x", event_id: "$3" });
    expect(await memory.openNotices()).to.deep.equal(["z", "a"]);
    await memory.removeJobNotice("z");
    expect(await memory.openNotices()).to.deep.equal(["a"]);
    expect(await memory.jobNotice("z")).to.equal(undefined);
  });
}
