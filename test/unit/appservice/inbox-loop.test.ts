import { expect } from "chai";
import { InboxLoop } from "../../../src/appservice/inbox-loop.ts";
import type { Inbox, InboxEvent } from "../../../src/ports/inbox.ts";
import { SILENT } from "../../support/fakes/logger.ts";
import { memoryStores, type MemoryStores } from "../../support/fakes/memory-stores.ts";
import { turn, turns, until } from "../../support/until.ts";

const AT_ONCE = 2;

describe("the inbox loop", () => {
  const event = (id: string, sender = "@ann:x"): InboxEvent => ({
    event_id: id,
    room_id: "!r:x",
    type: "m.room.message",
    sender,
    origin_server_ts: 0,
    content: {},
  });
  let stores: MemoryStores;
  let inbox: Inbox;
  let handled: string[];
  let handle: (event: InboxEvent) => Promise<void>;
  let loop: InboxLoop;
  beforeEach(() => {
    stores = memoryStores();
    ({ inbox } = stores);
    handled = [];
    handle = async ({ event_id }) => void handled.push(event_id);
    loop = startLoop(AT_ONCE);
  });
  afterEach(() => loop.stop());

  function startLoop(atOnce: number): InboxLoop {
    return new InboxLoop(inbox, { handle: (each) => handle(each) }, SILENT, { atOnce, firstWaitMs: 5 });
  }
  const emptied = (): Promise<void> => until(async () => (await inbox.heads([], 1)).length === 0);
  /** What it does until a test lets it go on. */
  function held(): { begun: string[]; release: (id: string) => void } {
    const begun: string[] = [];
    const released = new Map<string, () => void>();
    handle = async ({ event_id }) => {
      begun.push(event_id);
      await new Promise<void>((resolve) => released.set(event_id, resolve));
      handled.push(event_id);
    };
    return { begun, release: (id) => released.get(id)?.() };
  }

  it("hands out what one sender has said in order, and one after the other", async () => {
    let busy = 0;
    handle = async ({ event_id }) => {
      expect(++busy).to.equal(1);
      await turns();
      busy--;
      handled.push(event_id);
    };
    await inbox.store([event("$1"), event("$2")]);
    loop.wake();
    loop.wake();
    await inbox.store([event("$3")]);
    loop.wake();
    await emptied();
    expect(handled).to.deep.equal(["$1", "$2", "$3"]);
  });

  it("hands out what another has said while a sender's event takes its time", async () => {
    const { begun, release } = held();
    await inbox.store([event("$slow"), event("$next"), event("$help", "@bob:x")]);
    loop.wake();
    await until(() => begun.length === 2);
    release("$help");
    await until(() => handled.includes("$help"));
    expect(begun).to.deep.equal(["$slow", "$help"]);
    release("$slow");
    await until(() => begun.includes("$next"));
    release("$next");
    await emptied();
  });

  it("works on so many at once, and gives the next place to whose turn was longest ago", async () => {
    const { begun, release } = held();
    const backlog = ["@ann:x", "@bob:x"].flatMap((sender) => [1, 2, 3].map((n) => event(`${sender}${n}`, sender)));
    await inbox.store([...backlog, event("$help", "@cat:x")]);
    loop.wake();
    await until(() => begun.length === AT_ONCE);
    await turns();
    expect(begun).to.deep.equal(["@ann:x1", "@bob:x1"]);
    release("@ann:x1");
    await until(() => begun.length > AT_ONCE);
    expect(begun.at(-1)).to.equal("$help");
    while ((await inbox.heads([], 1)).length > 0) {
      for (const id of begun) release(id);
      await turn();
    }
    expect(new Set(handled).size)
      .to.equal(handled.length)
      .and.to.equal(backlog.length + 1);
  });

  it("tries an event again that could not be handled before that sender's next, and goes on with others", async () => {
    let failures = 2;
    handle = async ({ event_id }) => {
      if (event_id === "$1" && failures-- > 0) throw new Error("away");
      handled.push(event_id);
    };
    await inbox.store([event("$1"), event("$2"), event("$other", "@bob:x")]);
    loop.wake();
    await emptied();
    expect(handled).to.deep.equal(["$other", "$1", "$2"]);
  });

  it("reads an inbox again that could not be read", async () => {
    await inbox.store([event("$1")]);
    stores.away = true;
    loop.wake();
    await turns();
    expect(handled).to.deep.equal([]);
    stores.away = false;
    await until(() => handled.length === 1);
  });

  it("finishes the events at hand when it is stopped, and takes no other", async () => {
    const { begun, release } = held();
    await inbox.store([event("$1"), event("$2"), event("$3", "@bob:x"), event("$4", "@bob:x")]);
    loop.wake();
    await until(() => begun.length === 2);
    const stopped = loop.stop();
    release("$1");
    release("$3");
    await stopped;
    loop.wake();
    await turns();
    expect(handled).to.have.members(["$1", "$3"]);
    expect((await inbox.heads([], 9)).map(({ event_id }) => event_id)).to.deep.equal(["$2", "$4"]);
  });
});
