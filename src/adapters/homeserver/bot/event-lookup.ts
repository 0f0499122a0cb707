import { findState, membershipIn, type ClientEvent } from "../../../matrix/event.ts";
import { member, stringMember, type JsonObject, type JsonValue } from "../../../matrix/json.ts";
import { currentState, sees } from "../../../policy/visibility.ts";
import { HomeserverError } from "../../../ports/homeserver/homeserver.ts";
import { eventOf, eventsOf } from "../answers.ts";
import { path, type HomeserverClient } from "../client.ts";
import { stateEvent } from "../reading/room-reader.ts";

const VISIBILITY = "m.room.history_visibility";

/**
 * One event of a room, where both the client's user and this member of the room may see it by the room's history visibility as it was
 * when the event was sent (client-server API, "Room history visibility"); undefined where one of them may not, or there is none. The
 * event is looked up by its id: the timeline is not read.
 * @throws HomeserverError
 */
export async function eventSeenBy(
  client: HomeserverClient,
  userId: string,
  roomId: string,
  eventId: string,
): Promise<ClientEvent | undefined> {
  const rules = await contextOf(client, roomId, eventId, { types: [VISIBILITY] });
  if (!rules || rules.event.state_key !== undefined) return undefined;
  const rule = rules.state ? findState(rules.state, VISIBILITY) : await stateEvent(client, roomId, VISIBILITY, "");
  const visibility = stringMember(rule?.content, "history_visibility");
  if (sees(currentState({ visibility, membership: undefined }), false)) return rules.event;
  // who was in the room then cannot be told
  if (!rules.state) return undefined;
  // who joins, sends their own membership: only who was invited is to be looked for among all members
  const senders: JsonObject = visibility === "invited" ? {} : { senders: [userId] };
  const people = await contextOf(client, roomId, eventId, { types: ["m.room.member"], ...senders });
  const membership = people?.state && membershipIn(people.state, userId);
  return sees(currentState({ visibility, membership }), false) ? rules.event : undefined;
}

/**
 * `GET /rooms/{roomId}/context/{eventId}` without the events around: an event, and the state of its room at that event; undefined where
 * the homeserver leaves it out, as Dendrite does.
 */
async function contextOf(
  client: HomeserverClient,
  roomId: string,
  eventId: string,
  filter: JsonObject,
): Promise<{ event: ClientEvent; state: ClientEvent[] | undefined } | undefined> {
  const query = { limit: 0, filter: JSON.stringify(filter) };
  const call = { method: "GET", path: path`/rooms/${roomId}/context/${eventId}`, query } as const;
  let answer: JsonValue;
  try {
    answer = await client.call(call);
  } catch (error) {
    // unknown, of another room, or not to be seen
    if (error instanceof HomeserverError && (error.status === 400 || error.isAbsentOrForbidden)) return undefined;
    throw error;
  }
  const served = member(answer, "event") ?? null;
  const event = eventOf(call, served);
  if (event.event_id !== eventId || stringMember(served, "room_id") !== roomId) return undefined;
  return { event, state: member(answer, "state") === undefined ? undefined : eventsOf(call, answer, "state") };
}
