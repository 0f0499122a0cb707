/** Longer names are cut: room for a path before them on systems that allow 255 bytes. */
const MAX_BYTES = 120;
const MAX_EXTENSION_BYTES = 20;

/** Path separators, what Windows forbids, control characters, line separators, and characters that change the direction of text. */
const FORBIDDEN =
  /[/\\:*?"<>|\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/gu;
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(?:\.|$)/iu;

/**
 * Is it a file name that any system can hold (docs/bundle-format.md, "The archive")? Its Unicode form does not matter: which
 * texts are in NFC depends on the version of Unicode that somebody knows.
 */
export function isSafeFileName(name: string): boolean {
  // `search` begins anew each time, whatever was found before
  const isClean = name.search(FORBIDDEN) < 0 && name.isWellFormed() && trim(name) === name && !RESERVED.test(name);
  return isClean && name !== "" && Buffer.byteLength(name) <= MAX_BYTES;
}

/**
 * A file name that any system can hold, made from whatever somebody called a file: never empty, at most 120 bytes of UTF-8, its
 * extension kept, in Unicode form NFC. A safe name in that form stays as it is.
 */
export function safeFileName(name: string): string {
  let safe = trim(name.toWellFormed().normalize("NFC").replace(FORBIDDEN, "_"));
  if (RESERVED.test(safe)) safe = `_${safe}`;
  if (Buffer.byteLength(safe) > MAX_BYTES) safe = shorten(safe);
  return safe === "" ? "file" : safe;
}

/** No space at the ends; no dot at the end (Windows drops it) nor at the start (hidden elsewhere). */
function trim(name: string): string {
  return name.replace(/^[\s.]+|[\s.]+$/gu, "");
}

function shorten(name: string): string {
  const dot = name.lastIndexOf(".");
  const extension = dot > 0 && Buffer.byteLength(name.slice(dot)) <= MAX_EXTENSION_BYTES ? name.slice(dot) : "";
  const room = MAX_BYTES - Buffer.byteLength(extension);
  let stem = "";
  let bytes = 0;
  for (const character of extension ? name.slice(0, dot) : name) {
    bytes += Buffer.byteLength(character);
    if (bytes > room) break;
    stem += character;
  }
  return trim(trim(stem) + extension);
}
