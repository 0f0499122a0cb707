import { expect } from "chai";
import { MissedCommands } from "../../../src/appservice/missed-commands.ts";
import { ORIGIN } from "../../../src/matrix/names.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { HomeserverError } from "../../../src/ports/homeserver/homeserver.ts";
import { SILENT } from "../../support/fakes/logger.ts";
import { MemoryHomeserver } from "../../support/fakes/memory-homeserver/homeserver.ts";
import type { MemoryRoom } from "../../support/fakes/memory-homeserver/room.ts";
import { memoryStores } from "../../support/fakes/memory-stores.ts";
import { VirtualTime } from "../../support/fakes/virtual-time.ts";
import { membership } from "../../support/room-events.ts";
import { turns, until } from "../../support/until.ts";

const BOT = "@roomporter:x";
const NOW = 1_700_000_000_000;
const MINUTE = 60_000;

describe("commands that the homeserver did not push", () => {
  let homeserver: MemoryHomeserver;
  let room: MemoryRoom;
  let stores: ReturnType<typeof memoryStores>;
  let arrived: number;
  let failing: number;
  let stop: AbortController;
  let looking: Promise<void>;
  let missed: MissedCommands;
  beforeEach(() => {
    homeserver = new MemoryHomeserver();
    room = homeserver.addRoom("!tea:x", [membership("@ann:x", "join"), membership(BOT, "join")]);
    stores = memoryStores();
    arrived = 0;
    failing = 0;
    stop = new AbortController();
    const user = homeserver.as(BOT);
    missed = new MissedCommands({
      homeserver: {
        userId: BOT,
        joinedRooms: () => user.joinedRooms(),
        async latest(roomId, limit) {
          if (failing-- > 0) throw new HomeserverError(0, "M_UNKNOWN", "away");
          return user.latest(roomId, limit);
        },
      },
      inbox: stores.inbox,
      arrived() {
        arrived++;
      },
      clock: { now: () => NOW },
      logger: SILENT,
      timer: new VirtualTime(),
    });
    looking = missed.keepLooking(stop.signal);
  });
  afterEach(async () => {
    stop.abort();
    await looking;
  });

  const say = (body: string, minutesAgo = 1, content: JsonObject = {}, sender = "@ann:x", into = room): string =>
    into.add({
      type: "m.room.message",
      sender,
      origin_server_ts: NOW - minutesAgo * MINUTE,
      content: { msgtype: "m.text", body, ...content },
    });
  /** Ids of the events that are in the inbox, once the rooms have been looked into. */
  async function found(): Promise<string[]> {
    // a room that is looked into last tells that all are done
    const last = homeserver.addRoom("!last:x", [membership("@zoe:x", "join"), membership(BOT, "join")]);
    const id = say("!help", 0, {}, "@zoe:x", last);
    missed.lookAround();
    const ids: string[] = [];
    const take = async (): Promise<boolean> => {
      const heads = await stores.inbox.heads([], 100);
      for (const event of heads) {
        ids.push(event.event_id);
        await stores.inbox.done(event.event_id);
      }
      return heads.length === 0 && ids.includes(id);
    };
    await until(take);
    return ids.filter((each) => each !== id);
  }

  it("are found after a gap, in the order in which they were said, and wake whoever acts on them", async () => {
    const first = say("!export", 2);
    const second = say("!jobs");
    say("tea?");
    expect(await found()).to.deep.equal([first, second]);
    expect(arrived).to.equal(1);
  });

  it("are not looked for without a gap", async () => {
    say("!export");
    await turns();
    expect(await stores.inbox.heads([], 10)).to.deep.equal([]);
  });

  it("are not run that were pushed, handled, answered, or are old", async () => {
    const pushed = say("!export");
    await stores.inbox.store([
      {
        event_id: pushed,
        room_id: room.id,
        type: "m.room.message",
        sender: "@ann:x",
        origin_server_ts: NOW,
        content: {},
      },
    ]);
    await stores.inbox.done(pushed);
    // as with a new database
    const answered = say("!jobs");
    say("none", 1, { "m.relates_to": { "m.in_reply_to": { event_id: answered } } }, BOT);
    say("!retry 1", 61);
    say("!help", 1, { [ORIGIN]: {} });
    expect(await found()).to.deep.equal([]);
  });

  it("are not run that were said before the service user came into the room", async () => {
    say("!export");
    room.timeline.push(membership(BOT, "join"));
    const now = say("!jobs");
    expect(await found()).to.deep.equal([now]);
  });

  it("are looked for again where the homeserver went away meanwhile", async () => {
    failing = 2;
    const id = say("!export");
    expect(await found()).to.deep.equal([id]);
  });
});
