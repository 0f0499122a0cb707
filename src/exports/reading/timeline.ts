import { stringMember, type JsonValue } from "../../matrix/json.ts";
import type { RoomReader, TimelinePage } from "../../ports/homeserver/homeserver.ts";

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
  for (let asked = from; ;) {
    const page = await next;
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

/** Does the timeline end with this page, which was asked for with `from`? */
export function isLast({ end }: TimelinePage, from: string | undefined): boolean {
  return end === undefined || end === from;
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
