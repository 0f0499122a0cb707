import { sameJson, type JsonObject, type JsonValue } from "../../../matrix/json.ts";
import { parseClientEvent, redactedBecause, type ClientEvent } from "../../../matrix/event.ts";
import { TIMER } from "../../../ports/timer.ts";
import { eventOf, unlessAbsent } from "../answers.ts";
import { path, type HomeserverClient } from "../client.ts";
import type { LookBack } from "../patience.ts";
import { timelinePage } from "../reading/room-answers.ts";

/** Others may write into the room, too. */
const NEWEST = 100;
/** Before each look, in milliseconds: a homeserver that was killed (Dendrite) takes a moment for what it had in its queue. */
const LOOK_AFTER_MS = [0, 300];

/** An event that may have been sent already, and what it is known by. */
export interface MaybeSent {
  sender: string;
  type: string;
  /** of state */
  stateKey?: string;
  content: JsonObject;
  /** milliseconds since the epoch */
  ts?: number | undefined;
}

/**
 * Looks for an event among the newest of a room, so that it is not sent twice: not every homeserver knows a transaction id again after it
 * was killed. Messages must have something in their content that no other has.
 */
export function lookBackFor(client: HomeserverClient, roomId: string, sent: MaybeSent): LookBack<JsonValue> {
  return () => soon(client, async () => newestLike(await newestEvents(client, roomId), sent)?.event_id);
}

/** The same for a redaction, which is known by what it takes back. */
export function lookBackForRedaction(
  client: HomeserverClient,
  roomId: string,
  eventId: string,
  sender: string,
): LookBack<JsonValue> {
  return () => soon(client, () => redactedBy(client, roomId, eventId, sender));
}

/** The id of the redaction by this user that has taken an event back; undefined where there is none. @throws HomeserverError */
export async function redactedBy(
  client: HomeserverClient,
  roomId: string,
  eventId: string,
  sender: string,
): Promise<string | undefined> {
  const event = await eventNow(client, roomId, eventId);
  const because = event && redactedBecause(event);
  return because?.sender === sender ? because.event_id : undefined;
}

/** `GET /rooms/{roomId}/event/{eventId}`; undefined where there is none. @throws HomeserverError */
export async function eventNow(
  client: HomeserverClient,
  roomId: string,
  eventId: string,
): Promise<ClientEvent | undefined> {
  const call = { method: "GET", path: path`/rooms/${roomId}/event/${eventId}` } as const;
  const answer = await unlessAbsent(client.call(call));
  return answer === undefined ? undefined : eventOf(call, answer);
}

/** Newest first; page by page, where the homeserver gives fewer at once. */
export async function newestEvents(client: HomeserverClient, roomId: string, limit = NEWEST): Promise<ClientEvent[]> {
  const events: ClientEvent[] = [];
  for (let from: string | undefined; ;) {
    const page = await timelinePage(client, roomId, { dir: "b", limit: limit - events.length, from });
    events.push(...page.chunk.map(parseClientEvent).filter((event) => event !== undefined));
    from = page.end;
    if (from === undefined || page.chunk.length === 0 || events.length >= limit) return events;
  }
}

/** Of state only the newest of its kind counts. */
function newestLike(
  newest: readonly ClientEvent[],
  { type, sender, stateKey, content, ts }: MaybeSent,
): ClientEvent | undefined {
  const is = (event: ClientEvent): boolean =>
    event.sender === sender && sameJson(event.content, content) && (ts === undefined || event.origin_server_ts === ts);
  const alike = newest.filter((event) => event.type === type && event.state_key === stateKey);
  return (stateKey === undefined ? alike : alike.slice(0, 1)).find(is);
}

async function soon(
  { timer = TIMER, signal }: HomeserverClient,
  look: () => Promise<string | undefined>,
): Promise<JsonValue | undefined> {
  for (const wait of LOOK_AFTER_MS) {
    if (wait > 0) await timer.sleep(wait, signal);
    const found = await look();
    if (found !== undefined) return { event_id: found };
  }
  return undefined;
}
