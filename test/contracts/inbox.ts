import { expect } from "chai";
import type { InboxEvent } from "../../src/ports/inbox.ts";
import { TestClock, type OpenedStores, type OpenStores } from "./stores.ts";

/** What every Inbox does. */
export function inboxContract(open: OpenStores): void {
  let stores: OpenedStores;
  beforeEach(async () => {
    stores = await open(new TestClock());
  });
  afterEach(() => stores.close());

  const event = (id: string, body: string): InboxEvent => ({
    event_id: id,
    room_id: "!r:x",
    type: "m.room.message",
    sender: "@ann:x",
    origin_server_ts: 0,
    content: { msgtype: "m.text", body },
  });

  it("hands out events in the order in which they came, each until it is done", async () => {
    await stores.inbox.store([event("$z", "1"), event("$a", "2")]);
    await stores.inbox.store([event("$m", "3")]);
    expect(await stores.inbox.next()).to.deep.equal(event("$z", "1"));
    const { inbox } = await stores.reopen();
    expect(await inbox.next()).to.deep.equal(event("$z", "1"));
    const order: string[] = [];
    for (let next = await inbox.next(); next; next = await inbox.next()) {
      order.push(next.event_id);
      await inbox.done(next.event_id);
    }
    expect(order).to.deep.equal(["$z", "$a", "$m"]);
  });

  it("knows an event that came before, also when it is done", async () => {
    await stores.inbox.store([event("$a", "first")]);
    await stores.inbox.store([event("$a", "again"), event("$b", "new")]);
    expect((await stores.inbox.next())?.content).to.deep.equal({ msgtype: "m.text", body: "first" });
    await stores.inbox.done("$a");
    await stores.inbox.store([event("$a", "once more")]);
    expect((await stores.inbox.next())?.event_id).to.equal("$b");
  });

  it("keeps state keys, the empty one too", async () => {
    const invite = { ...event("$i", ""), type: "m.room.member", state_key: "" };
    await stores.inbox.store([invite]);
    expect(await stores.inbox.next()).to.deep.equal(invite);
  });

  it("hands out to the bot and to the guard what is theirs", async () => {
    await stores.guardInbox.store([event("$g", "")]);
    await stores.inbox.store([event("$b", "")]);
    expect((await stores.inbox.next())?.event_id).to.equal("$b");
    expect((await stores.guardInbox.next())?.event_id).to.equal("$g");
    await stores.guardInbox.done("$g");
    expect(await stores.guardInbox.next()).to.equal(undefined);
    expect((await stores.inbox.next())?.event_id).to.equal("$b");
  });

  it("takes no events, and is done with unknown ones", async () => {
    await stores.inbox.store([]);
    await stores.inbox.done("$never");
    expect(await stores.inbox.next()).to.equal(undefined);
  });
}
