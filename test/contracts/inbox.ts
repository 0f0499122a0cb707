import { expect } from "chai";
import type { Inbox, InboxEvent } from "../../src/ports/inbox.ts";
import { TestClock, type OpenedStores, type OpenStores } from "./stores.ts";

/** What every Inbox does. */
export function inboxContract(open: OpenStores): void {
  let stores: OpenedStores;
  beforeEach(async () => {
    stores = await open(new TestClock());
  });
  afterEach(() => stores.close());

  /** The oldest event that is not done. */
  const next = async (inbox: Inbox): Promise<InboxEvent | undefined> => (await inbox.heads([], 1))[0];
  const event = (id: string, body: string, sender = "@ann:x"): InboxEvent => ({
    event_id: id,
    room_id: "!r:x",
    type: "m.room.message",
    sender,
    origin_server_ts: 0,
    content: { msgtype: "m.text", body },
  });

  it("hands out events in the order in which they came, each until it is done", async () => {
    await stores.inbox.store([event("$z", "1"), event("$a", "2")]);
    await stores.inbox.store([event("$m", "3")]);
    expect(await next(stores.inbox)).to.deep.equal(event("$z", "1"));
    const { inbox } = await stores.reopen();
    expect(await next(inbox)).to.deep.equal(event("$z", "1"));
    const order: string[] = [];
    for (let head = await next(inbox); head; head = await next(inbox)) {
      order.push(head.event_id);
      await inbox.done(head.event_id);
    }
    expect(order).to.deep.equal(["$z", "$a", "$m"]);
  });

  it("hands out the oldest event of each sender, but of those who are left out", async () => {
    const [a1, a2, b1, c1] = [event("$1", ""), event("$2", ""), event("$3", "", "@bob:x"), event("$4", "", "@cat:x")];
    await stores.inbox.store([a1, a2, b1, c1]);
    const heads = async (except: string[], limit: number): Promise<string[]> =>
      (await stores.inbox.heads(except, limit)).map(({ event_id }) => event_id);
    expect(await heads([], 10)).to.deep.equal(["$1", "$3", "$4"]);
    expect(await heads([], 2)).to.deep.equal(["$1", "$3"]);
    expect(await heads(["@ann:x", "@cat:x"], 10)).to.deep.equal(["$3"]);
    await stores.inbox.done("$1");
    expect(await heads(["@bob:x"], 10)).to.deep.equal(["$2", "$4"]);
  });

  it("knows an event that came before, also when it is done", async () => {
    await stores.inbox.store([event("$a", "first")]);
    await stores.inbox.store([event("$a", "again"), event("$b", "new")]);
    expect((await next(stores.inbox))?.content).to.deep.equal({ msgtype: "m.text", body: "first" });
    await stores.inbox.done("$a");
    await stores.inbox.store([event("$a", "once more")]);
    expect((await next(stores.inbox))?.event_id).to.equal("$b");
  });

  it("keeps state keys, the empty one too", async () => {
    const invite = { ...event("$i", ""), type: "m.room.member", state_key: "" };
    await stores.inbox.store([invite]);
    expect(await next(stores.inbox)).to.deep.equal(invite);
  });

  it("hands out to the bot and to the guard what is theirs", async () => {
    await stores.guardInbox.store([event("$g", "")]);
    await stores.inbox.store([event("$b", "")]);
    expect((await next(stores.inbox))?.event_id).to.equal("$b");
    expect((await next(stores.guardInbox))?.event_id).to.equal("$g");
    await stores.guardInbox.done("$g");
    expect(await next(stores.guardInbox)).to.equal(undefined);
    expect((await next(stores.inbox))?.event_id).to.equal("$b");
  });

  it("tells the rooms of which something came, the latest first, and how much of it is new", async () => {
    const of = (id: string, room_id: string): InboxEvent => ({ ...event(id, ""), room_id });
    expect(await stores.inbox.store([of("$1", "!a:x"), of("$2", "!b:x"), of("$3", "!c:x")])).to.equal(3);
    expect(await stores.inbox.store([of("$1", "!a:x"), of("$4", "!a:x")])).to.equal(1);
    await stores.inbox.done("$3");
    await stores.guardInbox.store([of("$5", "!guarded:x")]);
    expect(await stores.inbox.rooms(10)).to.deep.equal(["!a:x", "!c:x", "!b:x"]);
    expect(await stores.inbox.rooms(1)).to.deep.equal(["!a:x"]);
  });

  it("takes no events, and is done with unknown ones", async () => {
    expect(await stores.inbox.store([])).to.equal(0);
    await stores.inbox.done("$never");
    expect(await next(stores.inbox)).to.equal(undefined);
  });
}
