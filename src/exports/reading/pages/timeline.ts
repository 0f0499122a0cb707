import { stringMember, type JsonValue } from "../../../matrix/json.ts";
import {
  HomeserverError,
  type RoomReader,
  type ServedEvents,
  type TimelinePage,
} from "../../../ports/homeserver/homeserver.ts";

/**
 * A room's timeline in pages as they are served, newest first, until the homeserver says that it is done. While one page is
 * worked on, the next is already under way.
 * @param from where to go on; undefined: at the newest event
 * @throws HomeserverError
 */
export async function* servedPages(
  reader: RoomReader,
  roomId: string,
  from: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<TimelinePage, void, undefined> {
  let next = reader.messages(roomId, from, signal);
  let previous: TimelinePage | undefined;
  for (let asked = from; ;) {
    const page = await next;
    if (previous) requireFurther(page, previous);
    previous = page;
    const last = isLast(page, asked);
    if (!last) {
      next = reader.messages(roomId, page.end, signal);
      // its failure is met when its turn comes; nobody may be there any more then
      next.catch(() => undefined);
    }
    yield page;
    if (last) return;
    asked = page.end;
  }
}

/**
 * To somebody who has left, Dendrite gives the same page whatever is asked for: what stands before it cannot be had.
 * @throws HomeserverError 403
 */
function requireFurther({ chunk, end }: TimelinePage, previous: TimelinePage): void {
  // the room's first event alone comes twice to everybody there
  if (end === undefined || chunk.length < 2 || chunk.length !== previous.chunk.length || !isSame(chunk, previous.chunk))
    return;
  throw new HomeserverError(403, "M_FORBIDDEN", "the homeserver gives the same page of the room again and again");
}

/** Are these the same events? Mostly the first of them tells. */
function isSame(page: ServedEvents, other: ServedEvents): boolean {
  const others = other[Symbol.iterator]();
  for (const event of page)
    if (stringMember(event, "event_id") !== stringMember(others.next().value, "event_id")) return false;
  return true;
}

/**
 * Does the timeline end with this page, which was asked for with `from`? Nothing stands before the event that made the room: homeservers
 * would give one more page, without a new event in it.
 */
export function isLast({ chunk, end }: TimelinePage, from: string | undefined): boolean {
  const oldest = chunk.at(-1);
  const isFirst = stringMember(oldest, "type") === "m.room.create" && stringMember(oldest, "state_key") === "";
  return isFirst || end === undefined || end === from;
}

/**
 * The events of pages; those that a page repeats from the one before (Dendrite does so at the end) are left out. A page's events are to be
 * taken once, all of them, before the next page is.
 */
export async function* withoutRepeats(
  pages: AsyncIterable<TimelinePage>,
): AsyncGenerator<Iterable<JsonValue>, void, undefined> {
  let previous = new Set<string>();
  for await (const { chunk } of pages) {
    const ids = new Set<string>();
    yield others(chunk, previous, ids);
    previous = ids;
  }
}

/** The events whose ids are in neither set. @param ids gets theirs */
function* others(
  chunk: ServedEvents,
  previous: ReadonlySet<string>,
  ids: Set<string>,
): Generator<JsonValue, void, undefined> {
  for (const event of chunk) {
    const id = stringMember(event, "event_id");
    if (id !== undefined) {
      const repeated = previous.has(id) || ids.has(id);
      ids.add(id);
      if (repeated) continue;
    }
    yield event;
  }
}
