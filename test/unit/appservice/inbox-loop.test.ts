import { expect } from "chai";
import { InboxLoop } from "../../../src/appservice/inbox-loop.ts";
import type { Inbox, InboxEvent } from "../../../src/ports/inbox.ts";
import { SILENT } from "../../support/fakes/logger.ts";
import { memoryStores } from "../../support/fakes/memory-stores.ts";
import { turns, until } from "../../support/until.ts";

describe("the inbox loop", () => {
  const event = (id: string): InboxEvent => ({
    event_id: id,
    room_id: "!r:x",
    type: "m.room.message",
    sender: "@ann:x",
    origin_server_ts: 0,
    content: {},
  });
  let inbox: Inbox;
  let handled: string[];
  let handle: (event: InboxEvent) => Promise<void>;
  let loop: InboxLoop;
  beforeEach(() => {
    inbox = memoryStores().inbox;
    handled = [];
    handle = async ({ event_id }) => void handled.push(event_id);
    loop = new InboxLoop(inbox, { handle: (each) => handle(each) }, SILENT, 5);
  });
  afterEach(() => loop.stop());

  const emptied = (): Promise<void> => until(async () => (await inbox.next()) === undefined);

  it("hands out what waits, in order and one after the other", async () => {
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

  it("tries an event again that could not be handled, before the next", async () => {
    let failures = 1;
    handle = async ({ event_id }) => {
      if (failures-- > 0) throw new Error("away");
      handled.push(event_id);
    };
    await inbox.store([event("$1"), event("$2")]);
    loop.wake();
    await emptied();
    expect(handled).to.deep.equal(["$1", "$2"]);
  });

  it("finishes the event at hand when it is stopped, and takes no other", async () => {
    let begun = false;
    handle = async ({ event_id }) => {
      begun = true;
      await turns();
      handled.push(event_id);
    };
    await inbox.store([event("$1"), event("$2")]);
    loop.wake();
    await until(() => begun);
    await loop.stop();
    loop.wake();
    await turns();
    expect(handled).to.deep.equal(["$1"]);
    expect((await inbox.next())?.event_id).to.equal("$2");
  });
});
