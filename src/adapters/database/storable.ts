import { createHash } from "node:crypto";

/** Stands before a text that is not stored as it is. */
const MARK = "\u0001";
/** Bytes of UTF-8: an index of PostgreSQL takes less than 2704 a row, and some have three such texts. */
const LONGEST_KEY = 700;
const DIGEST = /^\u0001[0-9a-f]{64}$/;

/** A foreign text in a form that every database keeps: they refuse or cut NUL, and half of a surrogate pair is lost in UTF-8. */
export function storable(text: string): string {
  const plain = text.isWellFormed() && !text.includes("\0") && !text.startsWith(MARK);
  return plain ? text : MARK + JSON.stringify(text);
}

/** The text that was made storable. */
export function original(stored: string): string {
  return stored.startsWith(MARK + '"') ? (JSON.parse(stored.slice(MARK.length)) as string) : stored;
}

/** A foreign text to be found by: the same for the same text, and never too long for an index. Of a key it gives that key. */
export function storableKey(text: string): string {
  if (DIGEST.test(text)) return text;
  const stored = storable(text);
  if (Buffer.byteLength(stored) <= LONGEST_KEY) return stored;
  return MARK + createHash("sha256").update(text).digest("hex");
}
