import { isObject, member, stringMember, type JsonObject, type JsonValue } from "./json.ts";

/** An event in client-server format (client-server API, "Room event format"), as far as a bundle needs it. */
export interface ClientEvent {
  event_id: string;
  type: string;
  sender: string;
  /** milliseconds since the epoch */
  origin_server_ts: number;
  content: JsonObject;
  state_key?: string;
  unsigned?: JsonObject;
  /** what a redaction takes back (room versions before 11); there its content may say anything */
  redacts?: string;
}

/** A current state event as it is looked up by type and key: not every homeserver tells its id there (Synapse before 1.135). */
export type StateEvent = Omit<ClientEvent, "event_id"> & { event_id?: string };

/** Gives the event, or undefined where the value is none: a missing or mistyped member. Dendrite leaves out a time of 0. */
export function parseClientEvent(value: JsonValue): ClientEvent | undefined {
  if (!isObject(value)) return undefined;
  const eventId = stringMember(value, "event_id");
  const type = stringMember(value, "type");
  const sender = stringMember(value, "sender");
  const ts = member(value, "origin_server_ts") ?? 0;
  const content = member(value, "content");
  const stateKey = member(value, "state_key");
  const unsigned = member(value, "unsigned");
  if (eventId === undefined || type === undefined || sender === undefined) return undefined;
  if (typeof ts !== "number" || !isObject(content)) return undefined;
  if (stateKey !== undefined && typeof stateKey !== "string") return undefined;
  const event: ClientEvent = { event_id: eventId, type, sender, origin_server_ts: ts, content };
  if (stateKey !== undefined) event.state_key = stateKey;
  if (isObject(unsigned)) event.unsigned = unsigned;
  const redacts = stringMember(value, "redacts");
  // homeservers also repeat in either place what stands in the other
  if (redacts !== undefined && redacts !== stringMember(content, "redacts")) event.redacts = redacts;
  return event;
}

/** Is it a state event? */
export function isState(event: ClientEvent): event is ClientEvent & { state_key: string } {
  return event.state_key !== undefined;
}

/** The event of a room's state with this type and state key. */
export function findState<E extends Pick<ClientEvent, "type" | "state_key">>(
  state: readonly E[],
  type: string,
  key = "",
): E | undefined {
  return state.find((event) => event.type === type && event.state_key === key);
}

/** A user's membership by a room's state; undefined where they never had one. */
export function membershipIn(state: readonly ClientEvent[], userId: string): string | undefined {
  return stringMember(findState(state, "m.room.member", userId)?.content, "membership");
}

/** The redaction that removed this event's content, where there is one (`unsigned.redacted_because`). */
export function redactedBecause(event: ClientEvent): ClientEvent | undefined {
  const because = member(event.unsigned, "redacted_because");
  return because === undefined ? undefined : parseClientEvent(because);
}

/** The event that an `m.room.redaction` takes back: said beside its content, or from room version 11 on in it. */
export function redactionTarget(event: ClientEvent): string | undefined {
  return event.redacts ?? stringMember(event.content, "redacts");
}
