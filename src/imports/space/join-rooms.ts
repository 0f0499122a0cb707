import { sameJson, type JsonObject } from "../../matrix/json.ts";
import type { RoomWriter } from "../../ports/homeserver/homeserver.ts";
import type { ImportJournal } from "../../ports/import-journal.ts";
import type { NewRooms } from "./new-rooms.ts";
import type { SourceRoom } from "./space-rooms.ts";

/** Lists the new rooms in a new space as the old ones were listed. Those that were not imported stand in the report. */
export async function listChildren(
  writer: RoomWriter,
  room: SourceRoom,
  made: NewRooms,
  journal: ImportJournal,
): Promise<void> {
  const spaceId = made.idOf(room);
  const listed = new Set<string>();
  for (const { room_id: source, order, suggested } of room.children ?? []) {
    const child = made.get(source);
    if (child === undefined) {
      const message = `The space lists ${source}, which was not imported.`;
      await journal.addLedger({ code: "child_missing", message });
      continue;
    }
    // two rooms of the source may be one here
    if (listed.has(child)) continue;
    listed.add(child);
    const content = { via: [made.via], ...(order !== null && { order }), ...(suggested && { suggested }) };
    await ensureState(writer, spaceId, "m.space.child", child, content);
  }
}

/** Says in a new room which new room has taken its place, where both are here. */
export async function replaceRoom(
  writer: RoomWriter,
  room: SourceRoom,
  made: NewRooms,
  journal: ImportJournal,
): Promise<void> {
  if (!room.tombstone) return;
  const { replacement, body } = room.tombstone;
  const replacement_room = made.get(replacement);
  if (replacement_room !== undefined)
    await ensureState(writer, made.idOf(room), "m.room.tombstone", "", { body, replacement_room });
  else
    await journal.addLedger({
      code: "replacement_missing",
      message: `${replacement} took the place of this room, and was not imported.`,
    });
}

/** Safe to repeat. */
async function ensureState(
  writer: RoomWriter,
  roomId: string,
  type: string,
  key: string,
  content: JsonObject,
): Promise<void> {
  const now = await writer.stateEvent(roomId, type, key);
  if (!sameJson(now?.content ?? {}, content)) await writer.sendState(roomId, type, key, content);
}
