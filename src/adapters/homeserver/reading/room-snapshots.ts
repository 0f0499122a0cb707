import { isDeepStrictEqual } from "node:util";
import type { ClientEvent } from "../../../matrix/event.ts";
import { serverOf } from "../../../matrix/ids.ts";
import { stringMember, type JsonValue } from "../../../matrix/json.ts";
import { HomeserverError, type RoomSnapshot, type TimelinePage } from "../../../ports/homeserver/homeserver.ts";
import { eventsOf } from "../answers.ts";
import { path, type HomeserverCall, type HomeserverClient } from "../client.ts";
import { servedSnapshot } from "./served-page.ts";
import { PAGE, timelinePage } from "./timeline-page.ts";

/** Events of a snapshot, as long as it is not known whether `/messages` goes on from there. */
const FEW = 20;
/** Whoever waits for an export is not to wait for this: state and page can be asked for by themselves. */
const TIMEOUT_MS = 10_000;
/** So many answers one after another that were of no use, and it is not asked for again. */
const MOST_USELESS = 10;

/**
 * State and newest events of rooms by `GET /rooms/{roomId}/initialSync` (client-server API, deprecated, "Snapshot the current state of a
 * room and its most recent messages"). Synapse tells both there with half of the work: `/messages` gathers what relates to each event, too.
 *
 * The specification says neither in which order the events stand nor that `/messages` goes on from `start`. So a page is taken
 * where it reaches back to the room's creation, oldest event first; and a longer room's where `/messages` was seen to go on behind
 * such a page with the very event that it gives there itself. And only in rooms in which nobody of another server has been:
 * `/messages` first fetches what is missing of their events.
 */
export class RoomSnapshots {
  #goesOn = false;
  #useful = false;
  /** answers of no use since the last one of some */
  #useless = 0;

  /** @throws the signal's reason */
  async of(client: HomeserverClient, roomId: string, signal: AbortSignal): Promise<RoomSnapshot | undefined> {
    if (this.#useless >= MOST_USELESS) return undefined;
    try {
      const snapshot = await ask(client, roomId, this.#goesOn ? PAGE : FEW, signal);
      const usable = snapshot && (await this.#usable(snapshot, client, roomId, signal));
      this.#useless = usable ? 0 : this.#useless + 1;
      this.#useful ||= usable !== undefined;
      return usable ?? (snapshot && { state: snapshot.state });
    } catch (error) {
      if (!(error instanceof HomeserverError)) throw error;
      if (error.isUnknownEndpoint) this.#useless = MOST_USELESS;
      // a room that they may not see says something only where nobody has been given any
      else if (!this.#useful || !error.isAbsentOrForbidden) this.#useless++;
      return undefined;
    }
  }

  /** undefined: the page must not be taken */
  async #usable(
    { state, page }: Required<RoomSnapshot>,
    client: HomeserverClient,
    roomId: string,
    signal: AbortSignal,
  ): Promise<RoomSnapshot | undefined> {
    if (!isOfOneServer(state)) return { state };
    if (!isWhole(page)) this.#goesOn ||= await goesOn(client, roomId, page, signal);
    return isWhole(page) || this.#goesOn ? { state, page } : undefined;
  }
}

/** undefined: the answer is none. @throws HomeserverError */
async function ask(
  client: HomeserverClient,
  roomId: string,
  limit: number,
  signal: AbortSignal,
): Promise<Required<RoomSnapshot> | undefined> {
  const how = { timeoutMs: TIMEOUT_MS, repeatable: false, signal };
  const call: HomeserverCall = { method: "GET", path: path`/rooms/${roomId}/initialSync`, query: { limit }, ...how };
  const served = await client.read(call, (body) => servedSnapshot(body.toString("utf8")));
  return served && { state: eventsOf(call, served.state), page: served.page };
}

function isOfOneServer(state: readonly ClientEvent[]): boolean {
  const members = state.filter(({ type }) => type === "m.room.member");
  return new Set(members.map(({ state_key: userId = "" }) => serverOf(userId))).size <= 1;
}

/** Does it reach back to the event that made the room? Then its events also stand in the order in which they are taken. */
function isWhole({ chunk }: TimelinePage): boolean {
  const oldest = chunk.at(-1);
  return stringMember(oldest, "type") === "m.room.create" && stringMember(oldest, "state_key") === "";
}

/** Does `/messages` give the same events itself, and behind them the one that it gives where the page ends? */
async function goesOn(
  client: HomeserverClient,
  roomId: string,
  { chunk, end }: TimelinePage,
  signal: AbortSignal,
): Promise<boolean> {
  if (end === undefined) return false;
  const [whole, next] = await Promise.all([
    timelinePage(client, roomId, { dir: "b", limit: chunk.length + 1 }, signal),
    timelinePage(client, roomId, { dir: "b", limit: 1, from: end }, signal),
  ]);
  const known = idsOf(whole.chunk);
  return next.chunk.length === 1 && known.length > 1 && isDeepStrictEqual(idsOf([...chunk, ...next.chunk]), known);
}

function idsOf(events: Iterable<JsonValue>): (string | undefined)[] {
  return Array.from(events, (event) => stringMember(event, "event_id"));
}
