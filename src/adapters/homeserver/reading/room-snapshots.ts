import { isDeepStrictEqual } from "node:util";
import type { ClientEvent } from "../../../matrix/event.ts";
import { serverOf } from "../../../matrix/ids.ts";
import { stringMember, type JsonValue } from "../../../matrix/json.ts";
import { HomeserverError, type RoomSnapshot, type TimelinePage } from "../../../ports/homeserver/homeserver.ts";
import { eventsOf } from "../answers.ts";
import { path, type HomeserverCall, type HomeserverClient } from "../client.ts";
import { servedSnapshot } from "./served-page.ts";
import { PAGE, roomState, timelinePage } from "./room-answers.ts";

/** Events of a snapshot, as long as it is not known whether `/messages` goes on from there. */
const FEW = 20;
/** Nobody is to wait for this, in milliseconds: state and page can be asked for by themselves. */
const PATIENCE_MS = 3_000;
/** So many answers one after another that were of no use, and it is not asked for again. */
const MOST_USELESS = 10;
/** So many rooms are remembered whose snapshots are of no use. */
const MOST_ROOMS = 1_000;

/**
 * State and newest events of rooms by `GET /rooms/{roomId}/initialSync` (client-server API, deprecated, "Snapshot the current state of a
 * room and its most recent messages"). Synapse tells both there with half of the work: `/messages` gathers what relates to each event, too.
 *
 * The specification says neither in which order the events stand nor that `/messages` goes on from `start`. So none is used until one
 * was seen to tell the same as `/state` and `/messages`, and none of a longer room until `/messages` was seen to go on from one with the
 * very event that it gives there itself. And none is used of a room in which somebody of another server is or was: `/messages` first
 * fetches what is missing of their events.
 */
export class RoomSnapshots {
  /** one has told the same as `/state` and `/messages` */
  #trusted = false;
  /** `/messages` has gone on from one */
  #goesOn = false;
  /** answers of no use since the last one of some */
  #useless = 0;
  /** others have been in it, or it takes the homeserver too long */
  readonly #without = new Set<string>();
  readonly #patienceMs: number;

  constructor(patienceMs = PATIENCE_MS) {
    this.#patienceMs = patienceMs;
  }

  /** @throws the reason of the signal, or of the client's own */
  async of(client: HomeserverClient, roomId: string, signal: AbortSignal): Promise<RoomSnapshot | undefined> {
    if (this.#useless >= MOST_USELESS || this.#without.has(roomId)) return undefined;
    const late = AbortSignal.timeout(this.#patienceMs);
    try {
      const ending = AbortSignal.any([signal, late]);
      const snapshot = await ask(client, roomId, this.#goesOn ? PAGE : FEW, ending);
      const usable = snapshot && (await this.#usable(snapshot, client, roomId, ending));
      if (usable) this.#useless = 0;
      else if (!this.#without.has(roomId)) this.#useless++;
      return usable;
    } catch (error) {
      signal.throwIfAborted();
      if (late.aborted) this.#leave(roomId);
      else if (!(error instanceof HomeserverError)) throw error;
      else if (error.isUnknownEndpoint) this.#useless = MOST_USELESS;
      // a room that they may not see says something only where nobody has been told of any
      if (!this.#trusted || !(error instanceof HomeserverError && error.isAbsentOrForbidden)) this.#useless++;
      return undefined;
    }
  }

  async #usable(
    snapshot: RoomSnapshot,
    client: HomeserverClient,
    roomId: string,
    signal: AbortSignal,
  ): Promise<RoomSnapshot | undefined> {
    if (!isOfOneServer(snapshot.state)) {
      this.#leave(roomId);
      return undefined;
    }
    const whole = isWhole(snapshot.page);
    if (!this.#trusted || !(whole || this.#goesOn)) {
      const { isSame, goesOn } = await compared(snapshot, client, roomId, signal);
      this.#trusted ||= isSame;
      this.#goesOn ||= goesOn;
    }
    return this.#trusted && (whole || this.#goesOn) ? snapshot : undefined;
  }

  #leave(roomId: string): void {
    if (this.#without.size >= MOST_ROOMS) this.#without.clear();
    this.#without.add(roomId);
  }
}

/** undefined: the answer is none. @throws HomeserverError */
async function ask(
  client: HomeserverClient,
  roomId: string,
  limit: number,
  signal: AbortSignal,
): Promise<RoomSnapshot | undefined> {
  const target = path`/rooms/${roomId}/initialSync`;
  const call: HomeserverCall = { method: "GET", path: target, query: { limit }, repeatable: false, signal };
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

/** Do `/state` and `/messages` tell the same, and does `/messages` go on from the page with the event that it gives there itself? */
async function compared(
  { state, page: { chunk, end } }: RoomSnapshot,
  client: HomeserverClient,
  roomId: string,
  signal: AbortSignal,
): Promise<{ isSame: boolean; goesOn: boolean }> {
  const [ownState, own, next] = await Promise.all([
    roomState(client, roomId, signal),
    timelinePage(client, roomId, { dir: "b", limit: chunk.length + 1 }, signal),
    timelinePage(client, roomId, { dir: "b", limit: 1, from: end }, signal),
  ]);
  const before = idsOf(own.chunk.slice(chunk.length));
  const isSame =
    isDeepStrictEqual(idsIn(state), idsIn(ownState)) &&
    chunk.length > 0 &&
    isDeepStrictEqual(idsOf(chunk), idsOf(own.chunk.slice(0, chunk.length)));
  return {
    isSame,
    goesOn: isSame && end !== undefined && before.length === 1 && isDeepStrictEqual(idsOf(next.chunk), before),
  };
}

function idsOf(events: Iterable<JsonValue>): (string | undefined)[] {
  return Array.from(events, (event) => stringMember(event, "event_id"));
}

function idsIn(state: readonly ClientEvent[]): Set<string> {
  return new Set(state.map((event) => event.event_id));
}
