import type { RoomWriter } from "../../ports/homeserver.ts";
import { objectMember, stringMember } from "../../matrix/json.ts";
import { ORIGIN } from "../../matrix/names.ts";

/** What stands at the end of a room already, though the journal may not know it. */
export interface Adoptable {
  /** original event id → event in this room */
  byOrigin: Map<string, string>;
  /** original ids of events whose redaction is here too */
  redacted: Set<string>;
}

/** More than one send can have been under way only where the first of two (a placeholder and its redaction) went through. */
const LOOK_BACK = 10;

/**
 * The newest events of a room that an import left when it was killed: an event may have been sent and not noted down. The repeated
 * transaction id covers that too, but some homeservers forget transaction ids when they restart.
 */
export async function adoptable(writer: RoomWriter, roomId: string): Promise<Adoptable> {
  const found: Adoptable = { byOrigin: new Map(), redacted: new Set() };
  for (const event of await writer.latest(roomId, LOOK_BACK)) {
    if (event.sender !== writer.userId) continue;
    const origin = objectMember(event.content, ORIGIN);
    const eventId = stringMember(origin, "event_id");
    if (eventId !== undefined) found.byOrigin.set(eventId, event.event_id);
    const target = stringMember(objectMember(origin, "target"), "event_id");
    const redacts = stringMember(event.content, "redacts");
    if (target === undefined || redacts === undefined) continue;
    found.byOrigin.set(target, redacts);
    found.redacted.add(target);
  }
  return found;
}
