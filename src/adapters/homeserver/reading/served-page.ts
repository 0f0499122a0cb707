import { parseJson, stringMember, type JsonValue } from "../../../matrix/json.ts";
import type { ServedEvents, TimelinePage } from "../../../ports/homeserver/homeserver.ts";
import { fromAnswer } from "../call-failed.ts";

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Where a value stands in a text: from its first character to behind its last one. */
interface Place {
  from: number;
  to: number;
}

/**
 * The page in the text of an answer to `GET /rooms/{roomId}/messages`; undefined where it is not of that shape, which whoever parses all
 * of it can tell more about. Its events are parsed one by one as they are asked for: 1,000 at once live so long that V8 copies each of them
 * twice, and then has to collect the whole heap to be rid of them.
 */
export function servedPage(text: string): TimelinePage | undefined {
  const chunk: Place[] = [];
  const members = membersOf(text);
  const list = members?.get('"chunk"');
  if (!members || !list || text.charCodeAt(list.from) !== OPEN_ARRAY) return undefined;
  for (let at = skipSpace(text, list.from + 1); text.charCodeAt(at) !== CLOSE_ARRAY;) {
    const to = endOf(text, at);
    if (to === undefined) return undefined;
    chunk.push({ from: at, to });
    at = skipSpace(text, to);
    if (text.charCodeAt(at) === COMMA) at = skipSpace(text, at + 1);
    else if (text.charCodeAt(at) !== CLOSE_ARRAY) return undefined;
  }
  const end = members.get('"end"');
  const token = end && stringMember({ end: parsed(text, end) }, "end");
  const events = new EventsInText(text, chunk);
  return token === undefined ? { chunk: events, text } : { chunk: events, end: token, text };
}

class EventsInText implements ServedEvents {
  readonly #text: string;
  readonly #places: readonly Place[];

  constructor(text: string, places: readonly Place[]) {
    this.#text = text;
    this.#places = places;
  }

  get length(): number {
    return this.#places.length;
  }

  at(index: number): JsonValue | undefined {
    const place = this.#places.at(index);
    return place && parsed(this.#text, place);
  }

  /** By their text: a homeserver does not escape the letters of a name. */
  *withMember(name: string): Generator<JsonValue, void, undefined> {
    const quoted = `"${name}"`;
    let found = this.#text.indexOf(quoted);
    for (const place of this.#places) {
      if (found >= 0 && found < place.from) found = this.#text.indexOf(quoted, place.from);
      if (found < 0) return;
      if (found < place.to) yield parsed(this.#text, place);
    }
  }

  *[Symbol.iterator](): Generator<JsonValue, void, undefined> {
    for (const place of this.#places) yield parsed(this.#text, place);
  }
}

/** @throws CallFailed as of a homeserver that is away, where it is not JSON */
function parsed(text: string, { from, to }: Place): JsonValue {
  const json = text.slice(from, to);
  try {
    return parseJson(json);
  } catch {
    throw fromAnswer(502, undefined, Buffer.from(json));
  }
}

/** The members of the object that a text is, by their names with the quotation marks; undefined where it is none. */
function membersOf(text: string): Map<string, Place> | undefined {
  const members = new Map<string, Place>();
  let at = skipSpace(text, 0);
  if (text.charCodeAt(at) !== OPEN_OBJECT) return undefined;
  for (at = skipSpace(text, at + 1); text.charCodeAt(at) === QUOTE;) {
    const nameEnd = endOf(text, at);
    if (nameEnd === undefined) return undefined;
    const colon = skipSpace(text, nameEnd);
    if (text.charCodeAt(colon) !== COLON) return undefined;
    const from = skipSpace(text, colon + 1);
    const to = endOf(text, from);
    if (to === undefined) return undefined;
    members.set(text.slice(at, nameEnd), { from, to });
    at = skipSpace(text, to);
    if (text.charCodeAt(at) === COMMA) at = skipSpace(text, at + 1);
  }
  const isWhole = text.charCodeAt(at) === CLOSE_OBJECT && skipSpace(text, at + 1) === text.length;
  return isWhole ? members : undefined;
}

/** Where the value ends that begins there; undefined where it does not, or where none begins. */
function endOf(text: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const closed = endOfString(text, at);
      if (closed < 0) return undefined;
      if (depth === 0) return at === from ? closed : undefined;
      at = closed - 1;
    } else if (code === OPEN_OBJECT || code === OPEN_ARRAY) depth++;
    else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
      if (depth === 0) return at > from ? at : undefined;
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && (code === COMMA || isSpace(code))) return at > from ? at : undefined;
  }
  return undefined;
}

/** Behind the quotation mark that ends the string that begins there; -1 where there is none. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text.charCodeAt(at - 1 - escapes) === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return at + 1;
  }
  return -1;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
