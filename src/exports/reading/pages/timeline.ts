import { stringMember, type JsonValue } from "../../../matrix/json.ts";
import { HomeserverError, type RoomReader, type TimelinePage } from "../../../ports/homeserver/homeserver.ts";

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
  const ids = (page: readonly JsonValue[]): string => page.map((event) => stringMember(event, "event_id")).join();
  // the room's first event alone comes twice to everybody there
  if (
    end === undefined ||
    chunk.length < 2 ||
    chunk.length !== previous.chunk.length ||
    ids(chunk) !== ids(previous.chunk)
  )
    return;
  throw new HomeserverError(403, "M_FORBIDDEN", "the homeserver gives the same page of the room again and again");
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

/** The events of pages; those that a page repeats from the one before (Dendrite does so at the end) are left out. */
export async function* withoutRepeats(
  pages: AsyncIterable<TimelinePage>,
): AsyncGenerator<JsonValue[], void, undefined> {
  let previous = new Set<string>();
  for await (const { chunk } of pages) {
    const ids = new Set<string>();
    yield chunk.filter((event) => {
      const id = stringMember(event, "event_id");
      if (id === undefined) return true;
      const repeated = previous.has(id) || ids.has(id);
      ids.add(id);
      return !repeated;
    });
    previous = ids;
  }
}
