import { parseClientEvent, type ClientEvent } from "../matrix/event.ts";
import { commandText } from "../matrix/command-text.ts";
import { isObject, member, stringMember, type JsonValue } from "../matrix/json.ts";
import type { InboxEvent } from "../ports/inbox.ts";

/**
 * The rule of what the bot gets of all that the homeserver pushes: invitations of the service user, and what people write as
 * commands (`!…`), also as the caption of a file. Beside it and `changeOfState` nothing is stored, so that the database never holds a conversation.
 */
export function relevantEvent(pushed: JsonValue, serviceUser: string): InboxEvent | undefined {
  const event = pushedEvent(pushed);
  if (!event || !(isInvitation(event, serviceUser) || commandText(event, serviceUser) !== undefined)) return undefined;
  const { event_id, room_id, type, sender, origin_server_ts, content, state_key } = event;
  return {
    event_id,
    room_id,
    type,
    sender,
    origin_server_ts,
    content,
    ...(state_key !== undefined && { state_key }),
  };
}

/** An event of a transaction, or undefined where it is none. */
export function pushedEvent(pushed: JsonValue): (ClientEvent & { room_id: string }) | undefined {
  const event = parseClientEvent(pushed);
  const roomId = stringMember(pushed, "room_id");
  return event && roomId !== undefined ? { ...event, room_id: roomId } : undefined;
}

/** A change of a room's state as the guard of rooms gets it: who did it and where, and whose membership it is, if one. */
export function changeOfState(pushed: JsonValue): InboxEvent | undefined {
  const event = pushedEvent(pushed);
  if (event?.state_key === undefined) return undefined;
  const { event_id, room_id, type, sender, origin_server_ts, state_key } = event;
  const about = { event_id, room_id, sender, origin_server_ts };
  // of other state not even the type and the key: anything may be written there, and the inbox remembers
  if (type !== "m.room.member") return { ...about, type: "m.room.state", state_key: "", content: {} };
  const membership = stringMember(event.content, "membership");
  return { ...about, type, state_key, content: membership === undefined ? {} : { membership } };
}

function isInvitation(event: ClientEvent, serviceUser: string): boolean {
  if (event.type !== "m.room.member" || event.state_key !== serviceUser) return false;
  return stringMember(event.content, "membership") === "invite";
}

/** The events of a transaction's body, or undefined where it is none. */
export function eventsOfTransaction(body: JsonValue): JsonValue[] | undefined {
  const events = isObject(body) ? member(body, "events") : undefined;
  return Array.isArray(events) ? events : undefined;
}
