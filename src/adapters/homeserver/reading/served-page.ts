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
  const members = membersOf(text);
  const chunk = members && elementsOf(text, members.get('"chunk"'));
  if (!chunk) return undefined;
  return { ...pageOf(new EventsInText(text, chunk), text, members.get('"end"')), text };
}

/**
 * State and page in the text of an answer to `GET /rooms/{roomId}/initialSync`, whose events stand oldest first; undefined where it is not
 * of that shape.
 */
export function servedSnapshot(text: string): { state: JsonValue; page: TimelinePage } | undefined {
  const members = membersOf(text);
  const [state, messages] = [members?.get('"state"'), members?.get('"messages"')];
  if (!state || !messages) return undefined;
  const inner = text.slice(messages.from, messages.to);
  const innerMembers = membersOf(inner);
  const chunk = innerMembers && elementsOf(inner, innerMembers.get('"chunk"'));
  if (!chunk) return undefined;
  const events = new EventsInText(inner, chunk, true);
  const page = pageOf(events, inner, innerMembers.get('"start"'));
  const asPage = (): string => `{"chunk":[${events.texts().join()}],"end":${JSON.stringify(page.end ?? null)}}`;
  // put together for those alone who keep it
  return { state: parsed(text, state), page: Object.defineProperty(page, "text", { get: asPage, enumerable: true }) };
}

/** @param token the place of what goes on before these events */
function pageOf(chunk: ServedEvents, text: string, token: Place | undefined): TimelinePage {
  const end = token && stringMember({ end: parsed(text, token) }, "end");
  return end === undefined ? { chunk } : { chunk, end };
}

/** The elements of the array that stands there; undefined where none does. */
function elementsOf(text: string, list: Place | undefined): Place[] | undefined {
  if (!list || text.charCodeAt(list.from) !== OPEN_ARRAY) return undefined;
  const elements: Place[] = [];
  for (let at = skipSpace(text, list.from + 1); text.charCodeAt(at) !== CLOSE_ARRAY;) {
    const to = endOf(text, at);
    if (to === undefined) return undefined;
    elements.push({ from: at, to });
    at = skipSpace(text, to);
    if (text.charCodeAt(at) === COMMA) at = skipSpace(text, at + 1);
    else if (text.charCodeAt(at) !== CLOSE_ARRAY) return undefined;
  }
  return elements;
}

class EventsInText implements ServedEvents {
  readonly #text: string;
  /** in the order in which the events are given */
  readonly #places: readonly Place[];
  readonly #backwards: boolean;

  /** @param backwards what stands last in the text is given first */
  constructor(text: string, inText: readonly Place[], backwards = false) {
    this.#text = text;
    this.#places = backwards ? inText.toReversed() : inText;
    this.#backwards = backwards;
  }

  get length(): number {
    return this.#places.length;
  }

  at(index: number): JsonValue | undefined {
    const place = this.#places.at(index);
    return place && parsed(this.#text, place);
  }

  texts(): string[] {
    return this.#places.map(({ from, to }) => this.#text.slice(from, to));
  }

  /** By their text: a homeserver does not escape the letters of a name. */
  *withMember(name: string): Generator<JsonValue, void, undefined> {
    const quoted = `"${name}"`;
    const having: Place[] = [];
    let found = this.#text.indexOf(quoted);
    for (const place of this.#backwards ? this.#places.toReversed() : this.#places) {
      if (found >= 0 && found < place.from) found = this.#text.indexOf(quoted, place.from);
      if (found < 0) break;
      if (found < place.to) having.push(place);
    }
    for (const place of this.#backwards ? having.reverse() : having) yield parsed(this.#text, place);
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
