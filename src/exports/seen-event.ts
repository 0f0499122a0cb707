import { parseClientEvent, type ClientEvent } from "../matrix/event.ts";
import { stringMember } from "../matrix/json.ts";
import { visibilityMark, visibleStretches, type VisibilityMark } from "../policy/visibility.ts";
import type { RoomReader } from "../ports/homeserver/homeserver.ts";
import { servedPages, withoutRepeats } from "./reading/timeline.ts";

/**
 * The event, if both the reader and this user may see it by the room's history visibility (client-server API, "Room history
 * visibility"); undefined where one of them may not, there is none, or it cannot be told. Reads the timeline back to the event.
 * @throws HomeserverError
 */
export async function eventSeenBy(
  userId: string,
  reader: RoomReader,
  roomId: string,
  eventId: string,
  signal: AbortSignal,
): Promise<ClientEvent | undefined> {
  /** newest first: those after the event */
  const marks: VisibilityMark[] = [];
  for await (const page of withoutRepeats(servedPages(reader, roomId, undefined, signal))) {
    for (const value of page) {
      const event = parseClientEvent(value);
      if (!event) continue;
      const mark = visibilityMark(event, userId);
      if (event.event_id !== eventId) {
        if (mark) marks.push(mark);
      } else if (mark) {
        return undefined;
      } else {
        const current = await currentView(userId, reader, roomId);
        // nothing before the event has been read: what no mark tells is taken as the strictest
        const [beforeAllMarks] = visibleStretches(marks.reverse(), { fromCreation: false, current });
        return beforeAllMarks ? event : undefined;
      }
    }
  }
  return undefined;
}

async function currentView(
  userId: string,
  reader: RoomReader,
  roomId: string,
): Promise<{ visibility: string | undefined; membership: string | undefined }> {
  const visibility = await reader.stateEvent(roomId, "m.room.history_visibility", "");
  const membership = await reader.stateEvent(roomId, "m.room.member", userId);
  return {
    visibility: stringMember(visibility?.content, "history_visibility"),
    membership: stringMember(membership?.content, "membership"),
  };
}
