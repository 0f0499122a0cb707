import { isObject, isRawNumber, type JsonValue } from "../../matrix/json.ts";

/** Size of a whole event that homeservers take (client-server API, "Size limits"), less the least that surrounds a content. */
const CONTENT_LIMIT = 65_536 - 400;

/** Could a homeserver take this content at all? What it would refuse for sure need not be asked (or answered with a 500). */
export function isSendable(content: JsonValue): boolean {
  return isCanonical(content) && contentBytes(content) <= CONTENT_LIMIT;
}

/** Bytes of a content as it counts against the size limit. */
export function contentBytes(content: JsonValue): number {
  return Buffer.byteLength(JSON.stringify(content));
}

/** Canonical JSON (appendices): whole numbers up to 2^53 - 1, and strings that are Unicode. */
function isCanonical(value: JsonValue): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value === "number") return Number.isSafeInteger(value);
  if (isRawNumber(value)) return false;
  if (Array.isArray(value)) return value.every(isCanonical);
  if (!isObject(value)) return true;
  return Object.entries(value).every(([key, inner]) => key.isWellFormed() && isCanonical(inner));
}

/** The longest beginning of a text whose JSON takes at most that many bytes, ended with `…` where something is missing. */
export function cutText(text: string, bytes: number): string {
  if (Buffer.byteLength(JSON.stringify(text)) <= bytes) return text;
  let room = bytes - Buffer.byteLength('"…"');
  let end = 0;
  for (const char of text) {
    room -= Buffer.byteLength(JSON.stringify(char)) - 2;
    if (room < 0) break;
    end += char.length;
  }
  return text.slice(0, end) + "…";
}
