import { expect } from "chai";
import { ensureRoom, type NewRoom } from "../../../../src/imports/replay/make-room.ts";
import type { JsonObject } from "../../../../src/matrix/json.ts";
import { CREATION, IMPORTED } from "../../../../src/matrix/names.ts";
import { HomeserverError, type RoomWriter } from "../../../../src/ports/homeserver/homeserver.ts";
import type { ImportJournal } from "../../../../src/ports/import-journal.ts";
import { memoryStores } from "../../../support/fakes/memory-stores.ts";
import { VirtualTime } from "../../../support/fakes/virtual-time.ts";
import { Conversation } from "../../../support/conversation.ts";

const ME = "@porter:here";
const NEW_ROOM: NewRoom = {
  jobId: "job",
  head: new Conversation().head(),
  bundleSha256: "00",
  signedBy: undefined,
  importingUser: "@ivan:here",
  importedAt: "2026-01-01T00:00:00Z",
  roomVersion: "12",
  parent: null,
};

describe("the room of an import, where the homeserver fails as it makes it", () => {
  let time: VirtualTime;
  beforeEach(() => (time = new VirtualTime()));

  /** What each `createRoom` does: makes the room or not, and answers or fails. */
  function homeserver(...script: { makes: boolean | "half"; afterMs?: number; fails?: number }[]) {
    const rooms = new Map<string, "half" | "whole">();
    const appears = new Map<string, { at: number; made: "half" | "whole" }>();
    const left: string[] = [];
    let calls = 0;
    const writer: Pick<RoomWriter, "userId" | "createRoom" | "joinedRooms" | "stateEvent" | "leave" | "forget"> = {
      userId: ME,
      async createRoom() {
        const step = script[calls++];
        if (!step) throw new Error("not expected");
        const roomId = `!room${calls}:here`;
        const made = step.makes === "half" ? "half" : "whole";
        if (step.makes) appears.set(roomId, { at: time.monotonic() + (step.afterMs ?? 0), made });
        if (step.fails !== undefined) throw new HomeserverError(step.fails, "M_UNKNOWN", "failed");
        return roomId;
      },
      async joinedRooms() {
        for (const [roomId, { at, made }] of appears) if (at <= time.monotonic()) rooms.set(roomId, made);
        return ["!other:here", ...rooms.keys()];
      },
      async stateEvent(roomId, type) {
        const made = rooms.get(roomId);
        if (made === undefined || (made === "half" && type !== "m.room.create")) return undefined;
        const content: JsonObject = type === IMPORTED ? { job_id: "job" } : { [CREATION]: "job" };
        return { event_id: "$mark", type, sender: ME, origin_server_ts: 0, content, state_key: "" };
      },
      async leave(roomId) {
        appears.delete(roomId);
        rooms.delete(roomId);
        left.push(`left ${roomId}`);
      },
      forget: async (roomId) => void left.push(`forgot ${roomId}`),
    };
    return { calls: () => calls, left, writer: writer as RoomWriter };
  }

  async function journal(begun = false): Promise<ImportJournal> {
    const { jobs, journal: journalOf } = memoryStores();
    await jobs.create({ id: "job", kind: "import", owner: "@ivan:here", params: {}, room_id: null });
    const run = await jobs.claim("test", 60_000);
    if (!run) throw new Error("nothing to claim");
    const made = journalOf(run);
    if (begun) await made.beginRoom();
    return made;
  }
  const make = async (writer: RoomWriter, memory?: ImportJournal): Promise<string> =>
    ensureRoom(writer, memory ?? (await journal()), NEW_ROOM, new AbortController().signal, time);

  it("is found again where only the answer was lost, also when it takes a while", async () => {
    for (const fails of [0, 502, 504]) {
      const { writer, calls } = homeserver({ makes: true, afterMs: 400, fails });
      expect(await make(writer)).to.equal("!room1:here");
      expect(calls()).to.equal(1);
    }
  });

  it("is made again where there is none", async () => {
    const { writer, calls } = homeserver({ makes: false, fails: 500 }, { makes: true });
    const memory = await journal();
    expect(await make(writer, memory)).to.equal("!room2:here");
    expect(await memory.room()).to.equal("!room2:here");
    expect(calls()).to.equal(2);
    expect(time.slept, "it is looked for three times").to.deep.equal([250, 750, 2000]);
  });

  it("is left and forgotten where it was not made to the end, and made anew", async () => {
    const { writer, left } = homeserver({ makes: "half", fails: 502 }, { makes: true });
    expect(await make(writer)).to.equal("!room2:here");
    expect(left).to.deep.equal(["left !room1:here", "forgot !room1:here"]);

    const refused = homeserver({ makes: "half", fails: 403 });
    const failure: unknown = await make(refused.writer).catch((error: unknown) => error);
    expect(failure, "one of its later events was refused").to.include({ status: 403 });
    expect(refused.left).to.deep.equal(["left !room1:here", "forgot !room1:here"]);
  });

  it("is not asked for again where the homeserver says no", async () => {
    const { writer, calls } = homeserver({ makes: false, fails: 400 });
    const failure: unknown = await make(writer).catch((error: unknown) => error);
    expect(failure).to.include({ status: 400 });
    expect(calls()).to.equal(1);
  });
});
