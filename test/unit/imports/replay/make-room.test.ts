import { expect } from "chai";
import { ensureRoom, type NewRoom } from "../../../../src/imports/replay/make-room.ts";
import type { JsonObject } from "../../../../src/matrix/json.ts";
import { IMPORTED } from "../../../../src/matrix/names.ts";
import { HomeserverError, type RoomWriter } from "../../../../src/ports/homeserver/homeserver.ts";
import type { ImportJournal } from "../../../../src/ports/import-journal.ts";
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
  function homeserver(...script: { makes: boolean; afterMs?: number; fails?: number }[]) {
    const rooms = new Map<string, JsonObject>();
    const appears: { at: number; roomId: string }[] = [];
    let calls = 0;
    const writer: Pick<RoomWriter, "userId" | "createRoom" | "joinedRooms" | "stateEvent"> = {
      userId: ME,
      async createRoom() {
        const step = script[calls++];
        if (!step) throw new Error("not expected");
        const roomId = `!room${calls}:here`;
        if (step.makes) appears.push({ at: time.monotonic() + (step.afterMs ?? 0), roomId });
        if (step.fails !== undefined) throw new HomeserverError(step.fails, "M_UNKNOWN", "failed");
        return roomId;
      },
      async joinedRooms() {
        for (const { at, roomId } of appears) if (at <= time.monotonic()) rooms.set(roomId, { job_id: "job" });
        return ["!other:here", ...rooms.keys()];
      },
      async stateEvent(roomId, type) {
        const content = type === IMPORTED ? rooms.get(roomId) : undefined;
        return content && { event_id: "$mark", type, sender: ME, origin_server_ts: 0, content, state_key: "" };
      },
    };
    return { calls: () => calls, writer: writer as RoomWriter };
  }

  function journal(begun = false): ImportJournal {
    let room: string | undefined;
    const memory: Pick<ImportJournal, "room" | "beginRoom" | "setRoom"> = {
      room: async () => room,
      beginRoom: async () => begun,
      async setRoom(roomId) {
        room = roomId;
      },
    };
    return memory as ImportJournal;
  }
  const make = (writer: RoomWriter, memory = journal()): Promise<string> =>
    ensureRoom(writer, memory, NEW_ROOM, new AbortController().signal, time);

  it("is found again where only the answer was lost, also when it takes a while", async () => {
    for (const fails of [0, 502, 504]) {
      const { writer, calls } = homeserver({ makes: true, afterMs: 400, fails });
      expect(await make(writer)).to.equal("!room1:here");
      expect(calls()).to.equal(1);
    }
  });

  it("is made again where there is none", async () => {
    const { writer, calls } = homeserver({ makes: false, fails: 500 }, { makes: true });
    const memory = journal();
    expect(await make(writer, memory)).to.equal("!room2:here");
    expect(await memory.room()).to.equal("!room2:here");
    expect(calls()).to.equal(2);
    expect(time.slept, "it is looked for three times").to.deep.equal([250, 750, 2000]);
  });

  it("is not asked for again where the homeserver says no", async () => {
    const { writer, calls } = homeserver({ makes: false, fails: 400 });
    const failure: unknown = await make(writer).catch((error: unknown) => error);
    expect(failure).to.include({ status: 400 });
    expect(calls()).to.equal(1);
  });
});
