/** JSON Pointers (RFC 6901). */
import { isObject, setMember, type JsonObject, type JsonValue } from "./json.ts";

/** A pointer does not fit the document that it is used on. */
export class PointerError extends Error {}

/** `["a/b", 0]` becomes `/a~1b/0`. */
function toPointer(path: readonly (string | number)[]): string {
  return path.map((key) => "/" + String(key).replaceAll("~", "~0").replaceAll("/", "~1")).join("");
}

/** @throws PointerError where the text is not a pointer */
function fromPointer(pointer: string): string[] {
  if ((pointer !== "" && !pointer.startsWith("/")) || /~(?![01])/.test(pointer))
    throw new PointerError("not a JSON Pointer");
  return pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function indexOf(list: JsonValue[], key: string): number {
  if (!/^(?:0|[1-9]\d*)$/.test(key) || Number(key) >= list.length) throw new PointerError("no such index");
  return Number(key);
}

/** The value that a pointer leads to, or undefined. */
export function valueAt(document: JsonValue | undefined, pointer: string): JsonValue | undefined {
  let here = document;
  for (const key of fromPointer(pointer)) {
    if (Array.isArray(here)) here = /^(?:0|[1-9]\d*)$/.test(key) ? here[Number(key)] : undefined;
    else if (isObject(here) && Object.hasOwn(here, key)) here = here[key];
    else return undefined;
  }
  return here;
}

/**
 * Removes what each pointer names from a document, then sets the given values, shallow ones first. Gives a new document that shares
 * with the old one, and with the values, what no pointer leads into.
 * @throws PointerError
 */
export function restore(document: JsonObject, set: ReadonlyMap<string, JsonValue>, drop: readonly string[]): JsonValue {
  const copies = new Copies(document);
  for (const pointer of drop) {
    const [parent, last] = copies.place(fromPointer(pointer));
    if (last === undefined) throw new PointerError("the whole document cannot be dropped");
    if (Array.isArray(parent)) parent.splice(indexOf(parent, last), 1);
    else if (Object.hasOwn(parent, last)) delete parent[last];
    else throw new PointerError("nothing to drop");
  }
  const depth = (pointer: string): number => pointer.split("/").length;
  for (const [pointer, value] of [...set].sort(([a], [b]) => depth(a) - depth(b))) {
    const [parent, last] = copies.place(fromPointer(pointer));
    if (last === undefined) copies.document = value;
    else if (Array.isArray(parent)) parent[indexOf(parent, last)] = value;
    else setMember(parent, last, value);
  }
  return copies.document;
}

/** A document in which what a pointer leads through is copied before it is changed. */
class Copies {
  document: JsonValue;
  readonly #own = new Set<JsonValue>();

  constructor(document: JsonValue) {
    this.document = document;
  }

  /** What holds the place that these keys lead to, to be changed, and the last key; undefined: the document itself. */
  place(keys: readonly string[]): [JsonValue[] | JsonObject, string | undefined] {
    let here = this.#copied(this.document);
    if (here && keys.length > 0) this.document = here;
    for (const key of keys.slice(0, -1)) {
      if (!here) break;
      const inner: JsonValue | undefined = Array.isArray(here)
        ? here[indexOf(here, key)]
        : Object.hasOwn(here, key)
          ? here[key]
          : undefined;
      if (inner === undefined) throw new PointerError("the pointer leads nowhere");
      const copy = this.#copied(inner);
      if (copy && Array.isArray(here)) here[indexOf(here, key)] = copy;
      else if (copy) setMember(here as JsonObject, key, copy);
      here = copy;
    }
    if (!here) throw new PointerError("the pointer leads into a scalar");
    return [here, keys.at(-1)];
  }

  #copied(value: JsonValue): JsonValue[] | JsonObject | undefined {
    if (!Array.isArray(value) && !isObject(value)) return undefined;
    if (this.#own.has(value)) return value;
    const copy: JsonValue[] | JsonObject = Array.isArray(value) ? [...value] : { ...value };
    this.#own.add(copy);
    return copy;
  }
}

/** The `set` and `drop` by which `restore` leads from `sent` back to `original`. */
export function difference(sent: JsonObject, original: JsonObject): { set: Map<string, JsonValue>; drop: string[] } {
  const set = new Map<string, JsonValue>();
  const drop: string[] = [];
  const walk = (a: JsonValue, b: JsonValue, path: (string | number)[]): void => {
    if (isObject(a) && isObject(b)) {
      for (const key of Object.keys(a)) if (!Object.hasOwn(b, key)) drop.push(toPointer([...path, key]));
      for (const [key, value] of Object.entries(b)) {
        if (Object.hasOwn(a, key)) walk(a[key] as JsonValue, value, [...path, key]);
        else set.set(toPointer([...path, key]), value);
      }
    } else if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
      a.forEach((value, index) => walk(value, b[index] as JsonValue, [...path, index]));
    } else if (!scalarsEqual(a, b)) set.set(toPointer(path), b);
  };
  walk(sent, original, []);
  return { set, drop };
}

function scalarsEqual(a: JsonValue, b: JsonValue): boolean {
  if (a === b) return !Object.is(a, -0) && !Object.is(b, -0) ? true : Object.is(a, b);
  return typeof a === "object" && typeof b === "object" && JSON.stringify(a) === JSON.stringify(b);
}
