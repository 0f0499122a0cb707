/**
 * JSON as Matrix events hold it. Numbers that a double cannot give back (1.0, 1e3, 2^60, -0) are kept as raw text, so that what
 * was read is what is written; objects keep `__proto__` and the like as plain keys.
 */

/** A number kept as its source text; made by `JSON.rawJSON` (ECMA-262, JSON.parse source text access). */
export interface RawNumber {
  readonly rawJSON: string;
}
export type JsonValue = null | boolean | number | string | RawNumber | JsonValue[] | JsonObject;
export type JsonObject = { [key: string]: JsonValue };

interface JsonWithSource {
  rawJSON(text: string): RawNumber;
  isRawJSON(value: unknown): value is RawNumber;
  parse(text: string, reviver: (key: string, value: JsonValue, context: { source?: string }) => JsonValue): JsonValue;
}
const json = JSON as unknown as JsonWithSource;

/**
 * Where a number of 16 digits and more, one with a fraction or an exponent, or -0 begins. It may match inside strings too: then
 * the slower parse is taken for nothing. Every alternative begins with one character, so that most texts are only scanned.
 */
const UNUSUAL_NUMBER = /[[:,]\s*(?:\d{16}|\d{1,15}[.eE]|-(?:0|\d{16}|\d{1,15}[.eE]))/;
const BARE_NUMBER = /^\s*[-\d]/;

/** Is this a JSON object (not an array, not null, not a raw number)? */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !json.isRawJSON(value);
}

export function isRawNumber(value: unknown): value is RawNumber {
  return json.isRawJSON(value);
}

/**
 * Parses JSON without loss of numbers.
 * @throws SyntaxError where the text is not JSON
 */
export function parseJson(text: string): JsonValue {
  if (!UNUSUAL_NUMBER.test(text) && !BARE_NUMBER.test(text)) return JSON.parse(text) as JsonValue;
  return json.parse(text, (_key, value, context) =>
    typeof value === "number" && context.source !== undefined && String(value) !== context.source
      ? json.rawJSON(context.source)
      : value,
  );
}

/**
 * One text per JSON value: members sorted, no white space (as Matrix "Canonical JSON", but with any number kept as it stands and
 * lone surrogates escaped).
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value !== "object" || value === null || json.isRawJSON(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return "[" + value.map(canonicalJson).join(",") + "]";
  const object = value;
  let out = "{";
  for (const key of Object.keys(object).sort()) {
    if (out.length > 1) out += ",";
    out += quoted(key) + canonicalJson(object[key] as JsonValue);
  }
  return out + "}";
}

/** Most keys are of a few hundred that every event has. */
const QUOTED = new Map<string, string>();
const MOST_QUOTED = 1000;

/** A key and the colon behind it. */
function quoted(key: string): string {
  const known = QUOTED.get(key);
  if (known !== undefined) return known;
  const text = `${JSON.stringify(key)}:`;
  if (QUOTED.size < MOST_QUOTED && key.length < 100) QUOTED.set(key, text);
  return text;
}

/** Do two JSON values say the same, whatever the order of their members? */
export function sameJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((value, index) => sameJson(value, b[index]));
  if (!isObject(a) || !isObject(b)) return isPlain(a) && isPlain(b) && JSON.stringify(a) === JSON.stringify(b);
  let members = 0;
  for (const key in a) {
    if (!Object.hasOwn(b, key) || !sameJson(a[key], b[key])) return false;
    members++;
  }
  return members === Object.keys(b).length;
}

function isPlain(value: JsonValue): boolean {
  return typeof value !== "object" || value === null || json.isRawJSON(value);
}

/** Sets a member whatever its name is: plain assignment would lose `__proto__`. */
export function setMember(object: JsonObject, key: string, value: JsonValue): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

/** The own member of that name, or undefined: `constructor` and the like are not found on the prototype. */
export function member(value: unknown, key: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The own member of that name where it is a string. */
export function stringMember(value: unknown, key: string): string | undefined {
  const found = member(value, key);
  return typeof found === "string" ? found : undefined;
}

/** The own member of that name where it is an object. */
export function objectMember(value: unknown, key: string): JsonObject | undefined {
  const found = member(value, key);
  return isObject(found) ? found : undefined;
}

/** A copy that shares nothing with its source. */
export function cloneJson<T extends JsonValue>(value: T): T {
  if (Array.isArray(value)) return value.map(cloneJson) as T;
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cloneJson(inner)])) as T;
}

/** Are more than `most` objects and arrays inside each other? Needs no deep stack to tell. */
export function isTooDeep(value: JsonValue, most: number): boolean {
  let level = [value].filter(isHolder);
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > most) return true;
    level = level.flatMap((here) => Object.values(here)).filter(isHolder);
  }
  return false;
}

function isHolder(value: JsonValue): value is JsonValue[] | JsonObject {
  return Array.isArray(value) || isObject(value);
}

/** How many members all objects in a value have together, and how many values there are in it, itself included. */
export function measure(value: JsonValue): { members: number; values: number } {
  let members = 0;
  let values = 0;
  const walk = (here: JsonValue): void => {
    values++;
    if (typeof here !== "object" || here === null || json.isRawJSON(here)) return;
    if (Array.isArray(here)) for (const item of here) walk(item);
    else
      for (const key in here) {
        members++;
        walk(here[key] as JsonValue);
      }
  };
  walk(value);
  return { members, values };
}
