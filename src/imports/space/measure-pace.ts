import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type { JsonObject } from "../../matrix/json.ts";
import { DO_NOT_INDEX, IMPORTED_SENDER, PROBE } from "../../matrix/names.ts";
import type { MediaTarget, RoomWriter } from "../../ports/homeserver/homeserver.ts";
import { leaveForGood } from "../../requests/make-once.ts";

/** How long things take on this homeserver, by this way, at the moment; milliseconds. */
export interface Pace {
  room: number;
  event: number;
  file: number;
}

/** Messages that are sent singly, and in one batch. */
const SINGLY = 20;
const FILE_BYTES = 32 * 1024;

/**
 * Measures with a room of its own, which nobody is asked into, and which is left and forgotten: the calls that each imported room takes
 * beside its events, some messages, and a file.
 * @param monotonic milliseconds of a clock that never jumps
 * @throws HomeserverError
 */
export async function measurePace(
  writer: RoomWriter,
  media: MediaTarget,
  monotonic: () => number = () => performance.now(),
): Promise<Pace> {
  const timed = async (act: () => Promise<unknown>): Promise<number> => {
    const begun = monotonic();
    await act();
    return monotonic() - begun;
  };
  // random bytes: a homeserver may know the file otherwise
  const bytes = Buffer.from(randomUUID().repeat(FILE_BYTES / 36));
  const open = (): Promise<Readable> => Promise.resolve(Readable.from([bytes]));
  const file = await timed(() => media.upload(open, bytes.length, "application/octet-stream"));
  const made = monotonic();
  const roomId = await writer.createRoom(TRIAL_ROOM);
  try {
    // what `makeRoom` and `fillRoom` do beside the events, and putting the room into its place
    for (const type of [
      "m.room.encryption",
      "m.room.name",
      "m.room.topic",
      "m.room.avatar",
      "m.room.history_visibility",
    ])
      await writer.stateEvent(roomId, type, "");
    for (const asked of [1, 2, 3])
      await writer.stateEvent(roomId, "m.room.member", asked === 1 ? writer.userId : "@nobody:x");
    await writer.latest(roomId, 100);
    for (const name of ["one", "two", "three"]) await writer.sendState(roomId, "m.room.name", "", { name });
    const room = monotonic() - made + file;

    const lane = await writer.batchLane();
    const txnId = `pace.${randomUUID()}`;
    const events = Array.from({ length: lane ? Math.min(100, lane.maxEvents) : SINGLY }, (_, index) => ({
      ...{ type: "m.room.message", content: message(index), ts: index },
    }));
    const sending = await timed(async () => {
      if (lane) await lane.send(roomId, txnId, events);
      else
        for (const [index, { type, content, ts }] of events.entries())
          await writer.send(roomId, type, `${txnId}.${String(index)}`, content, ts);
    });
    return { room, event: sending / events.length, file };
  } finally {
    await leaveForGood(writer, roomId);
  }
}

/** About as an imported one is made. */
const TRIAL_ROOM: JsonObject = {
  preset: "private_chat",
  visibility: "private",
  creation_content: { [PROBE]: true },
  initial_state: [
    { type: "m.room.history_visibility", state_key: "", content: { history_visibility: "shared" } },
    { type: "m.room.guest_access", state_key: "", content: { guest_access: "forbidden" } },
    { type: PROBE, state_key: "one", content: {} },
    { type: PROBE, state_key: "two", content: {} },
  ],
};

/** About as large as an imported one. */
function message(index: number): JsonObject {
  return {
    msgtype: "m.text",
    body: `message ${String(index)} of a trial`,
    format: "org.matrix.custom.html",
    formatted_body: `<strong>Somebody: </strong>message ${String(index)} of a trial`,
    "m.mentions": {},
    [IMPORTED_SENDER]: { user_id: "@somebody:example.org", display_name: "Somebody" },
    [DO_NOT_INDEX]: true,
  };
}
