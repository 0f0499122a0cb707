import { stringMember, type JsonValue } from "../../matrix/json.ts";
import type { RoomReader } from "../../ports/homeserver.ts";

/**
 * A room's timeline in pages, newest first, until the homeserver says that it is done. While one page is worked on, the next is
 * already under way. Events that a page repeats from the one before (Dendrite does so at the end) are left out.
 * @throws HomeserverError
 */
export async function* timelinePages(
  reader: RoomReader,
  roomId: string,
  signal: AbortSignal,
): AsyncGenerator<JsonValue[], void, undefined> {
  let next = reader.messages(roomId, undefined, signal);
  let previous = new Set<string>();
  for (let from: string | undefined; ;) {
    const { chunk, end } = await next;
    const last = end === undefined || end === from;
    if (!last) {
      next = reader.messages(roomId, end, signal);
      // its failure is met when its turn comes; nobody may be there any more then
      next.catch(() => undefined);
    }
    const ids = new Set<string>();
    const fresh = chunk.filter((event) => {
      const id = stringMember(event, "event_id");
      if (id === undefined) return true;
      const repeated = previous.has(id) || ids.has(id);
      ids.add(id);
      return !repeated;
    });
    yield fresh;
    if (last) return;
    previous = ids;
    from = end;
  }
}
