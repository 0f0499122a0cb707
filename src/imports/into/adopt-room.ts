import type { Bundle } from "../../bundle/open-bundle.ts";
import { originalOf, type OriginalEvent } from "../../bundle/original.ts";
import type { BundleEvent } from "../../bundle/manifest/manifest.ts";
import { relationOf } from "../../matrix/relation.ts";
import type { ImportJournal, JournalEntry } from "../../ports/import-journal.ts";
import { targetBlock } from "../plan/plan-redaction.ts";
import { isBrought } from "../replay/told.ts";

/** Entries that are stored at once. */
const ROWS = 500;

/** What stands in the room comes before the bundle: it has the places from here on. */
const BEFORE_THE_BUNDLE = -1_000_000_000;

/**
 * Notes in the journal what imports have brought into the room before, found by its origin, so that new events can relate to it; what the
 * bundle says was redacted since is noted as to be redacted. The room is noted last: gone on with after any stop.
 * @param before an export of the room
 */
export async function adoptRoom(roomId: string, before: Bundle, bundle: Bundle, journal: ImportJournal): Promise<void> {
  if ((await journal.room()) !== undefined) return;
  const redacted = await redactedIn(bundle);
  const last = await journal.position();
  // nothing of the bundle is sent yet: without an entry it is 0
  const begin = last < 0 ? last : BEFORE_THE_BUNDLE;
  let position = BEFORE_THE_BUNDLE;
  let entries: JournalEntry[] = [];
  for await (const event of before.events()) {
    const original = originalOf(event, before.head.source);
    if (position >= begin && isBrought(original)) entries.push(entryOf(position, event, original, redacted));
    position += 1;
    if (entries.length < ROWS) continue;
    await journal.recordAll(entries);
    entries = [];
  }
  await journal.recordAll(entries);
  await journal.beginRoom();
  await journal.setRoom(roomId);
}

/** Of the events that were redacted by the time of the bundle, how it holds them. */
async function redactedIn(bundle: Bundle): Promise<ReadonlyMap<string, OriginalEvent>> {
  const redacted = new Map<string, OriginalEvent>();
  for await (const event of bundle.events()) {
    const original = originalOf(event, bundle.head.source);
    if (original.redaction) redacted.set(original.eventId, original);
  }
  return redacted;
}

function entryOf(
  position: number,
  event: BundleEvent,
  original: OriginalEvent,
  redacted: ReadonlyMap<string, OriginalEvent>,
): JournalEntry {
  const { eventId: sourceId, sender, type } = original;
  const entry: JournalEntry = {
    position,
    sourceId,
    bundleId: sourceId,
    newId: event.event_id,
    sender,
    type,
    ledger: [],
  };
  const now = redacted.get(sourceId);
  if (original.redaction) entry.redacted = { by: original.redaction.eventId, done: true, target: {} };
  else if (now?.redaction && original.author) {
    const provenance = { original: now, author: original.author, ts: now.ts, files: new Map<string, string>() };
    entry.redacted = { by: now.redaction.eventId, done: false, target: targetBlock(provenance) };
  }
  const { event_id: target, key } = relationOf(event.content);
  if (type === "m.reaction" && target !== undefined && key !== undefined) entry.reaction = { target, key };
  return entry;
}
