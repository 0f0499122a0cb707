import type { ImportedSender } from "../../bundle/manifest/manifest.ts";
import { aliasesIn, type OriginalEvent } from "../../bundle/original.ts";
import { difference } from "../../matrix/json-pointer.ts";
import { setMember, stringMember, type JsonObject } from "../../matrix/json.ts";
import { DO_NOT_INDEX, IMPORTED_SENDER, ORIGIN } from "../../matrix/names.ts";

/** What every imported event says of its source. */
export interface Provenance {
  original: OriginalEvent;
  /** name, and avatar at its new address */
  author: ImportedSender;
  /** milliseconds: the time it is sent with */
  ts: number;
  /** files of the original content: their address there → their new one */
  files: ReadonlyMap<string, string>;
  /** it is sent encrypted, and may be shorter for that */
  encrypted?: boolean;
}

/** `io.roomporter.origin` without the way back. */
export function originBlock({ original, ts }: Provenance): JsonObject {
  const block: JsonObject = { event_id: original.eventId, room_id: original.roomId };
  if (ts !== original.ts) block["origin_server_ts"] = original.ts;
  // before room version 11 a redaction does not say in its content what it takes back, or may say anything there
  const { type, redacts, content } = original;
  if (type === "m.room.redaction" && redacts !== undefined && redacts !== stringMember(content, "redacts"))
    block["redacts"] = redacts;
  return block;
}

/** `_imported_sender` of a content. */
export function senderBlock(author: ImportedSender): JsonObject {
  const block: JsonObject = { user_id: author.user_id, display_name: author.display_name };
  if (author.avatar !== null) block["avatar_url"] = author.avatar;
  return block;
}

/**
 * Adds to a content what import adds, with this origin. Files that the next reader would not find by comparing the content with the
 * original one (they stood in what was taken out or put in another's place) are named in `origin.media`.
 */
export function attributed(content: JsonObject, provenance: Provenance, origin: JsonObject): JsonObject {
  const result = { ...content };
  setMember(result, IMPORTED_SENDER, senderBlock(provenance.author));
  setMember(result, DO_NOT_INDEX, true);
  setMember(result, ORIGIN, origin);
  if (provenance.files.size === 0) return result;
  const found = aliasesIn(result, provenance.original.content);
  const lost = [...provenance.files].filter(([uri, newUri]) => found.get(uri) !== newUri);
  if (lost.length > 0) setMember(result, ORIGIN, { ...origin, media: Object.fromEntries(lost) });
  return result;
}

/** A content that replays as itself, with the way back to the original: without what import adds, then `drop`, then `set`. */
export function attributedWithRestore(content: JsonObject, provenance: Provenance, more: JsonObject = {}): JsonObject {
  const { set, drop } = difference(content, provenance.original.content);
  const restore: JsonObject = { set: Object.fromEntries(set), drop };
  const { stateKey, ts } = provenance.original;
  // not every homeserver dates state
  const time: JsonObject = stateKey === undefined ? {} : { origin_server_ts: ts };
  return attributed(content, provenance, { ...originBlock(provenance), ...time, restore, ...more });
}
