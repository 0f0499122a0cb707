import { BookmarkTally, sinceBundle } from "../../bundle/bookmark.ts";
import type { Bundle } from "../../bundle/open-bundle.ts";
import { originalOf } from "../../bundle/original.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import { isBrought } from "../replay/told.ts";

/**
 * Was all that this increment goes on from imported into the room? Its bookmark says which events these are; their ids are those that the
 * origins of the room's events have. A bundle that is no increment needs nothing.
 * @param before an export of the room
 * @throws RequestError conflict
 */
export async function requireBase(bundle: Bundle, before: Bundle): Promise<void> {
  const since = sinceBundle(bundle.head.coverage);
  if (!since) return;
  const tally = new BookmarkTally();
  for await (const event of before.events()) {
    const original = originalOf(event, before.head.source);
    if (!isBrought(original)) continue;
    tally.pass(original.eventId);
    if (original.eventId === since.event_id) break;
  }
  const held = tally.bookmark(since.manifest_sha256);
  if (held?.event_id === since.event_id && held.events === since.events && held.ids_sum === since.ids_sum) return;
  throw new RequestError(
    "conflict",
    "IO.ROOMPORTER.BASE_MISSING",
    `This bundle goes on from another one (manifest ${since.manifest_sha256}, ${String(since.events)} events), which was not imported into this room: import that one, or the whole (roomporter bundle merge)`,
  );
}
