import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { InboxLoop } from "../../../src/appservice/inbox-loop.ts";
import type { Inbox, InboxEvent } from "../../../src/ports/inbox.ts";
import { SILENT } from "../../support/fakes/jobs.ts";

class MemoryInbox implements Inbox {
  readonly waiting: InboxEvent[] = [];
  async store(events: InboxEvent[]): Promise<void> {
    this.waiting.push(...events);
  }
  async next(): Promise<InboxEvent | undefined> {
    return this.waiting[0];
  }
  async done(): Promise<void> {
    this.waiting.shift();
  }
}

describe("the inbox loop", () => {
  const event = (id: string): InboxEvent => ({
    event_id: id,
    room_id: "!r:x",
    type: "m.room.message",
    sender: "@ann:x",
    origin_server_ts: 0,
    content: {},
  });
  let inbox: MemoryInbox;
  let handled: string[];
  let handle: (event: InboxEvent) => Promise<void>;
  let loop: InboxLoop;
  beforeEach(() => {
    inbox = new MemoryInbox();
    handled = [];
    handle = async ({ event_id }) => void handled.push(event_id);
    loop = new InboxLoop(inbox, { handle: (each) => handle(each) }, SILENT);
  });
  afterEach(() => loop.stop());

  async function until(met: () => boolean): Promise<void> {
    for (let i = 0; i < 300 && !met(); i++) await sleep(10);
    expect(met()).to.equal(true);
  }

  it("hands out what waits, in order and one after the other", async () => {
    let busy = 0;
    handle = async ({ event_id }) => {
      expect(++busy).to.equal(1);
      await sleep(5);
      busy--;
      handled.push(event_id);
    };
    await inbox.store([event("$1"), event("$2")]);
    loop.wake();
    loop.wake();
    await inbox.store([event("$3")]);
    loop.wake();
    await until(() => inbox.waiting.length === 0);
    expect(handled).to.deep.equal(["$1", "$2", "$3"]);
  });

  it("tries an event again that could not be handled, before the next", async () => {
    let failures = 1;
    handle = async ({ event_id }) => {
      if (failures-- > 0) throw new Error("away");
      handled.push(event_id);
    };
    await inbox.store([event("$1"), event("$2")]);
    loop.wake();
    await sleep(50);
    expect(handled).to.deep.equal([]);
    await until(() => inbox.waiting.length === 0);
    expect(handled).to.deep.equal(["$1", "$2"]);
  });

  it("finishes the event at hand when it is stopped, and takes no other", async () => {
    let begun = false;
    handle = async ({ event_id }) => {
      begun = true;
      await sleep(20);
      handled.push(event_id);
    };
    await inbox.store([event("$1"), event("$2")]);
    loop.wake();
    await until(() => begun);
    await loop.stop();
    loop.wake();
    await sleep(50);
    expect(handled).to.deep.equal(["$1"]);
    expect(inbox.waiting).to.have.length(1);
  });
});
