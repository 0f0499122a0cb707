/** JSON Pointers (RFC 6901). */
import { cloneJson, isObject, setMember, type JsonObject, type JsonValue } from "./json.ts";

/** A pointer does not fit the document that it is used on. */
export class PointerError extends Error {}

/** `["a/b", 0]` becomes `/a~1b/0`. */
function toPointer(path: readonly (string | number)[]): string {
  return path.map((key) => "/" + String(key).replaceAll("~", "~0").replaceAll("/", "~1")).join("");
}

/** @throws PointerError where the text is not a pointer */
function fromPointer(pointer: string): string[] {
  if (pointer !== "" && !pointer.startsWith("/")) throw new PointerError("not a JSON Pointer");
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

function parentOf(document: JsonValue, keys: string[]): JsonValue[] | JsonObject {
  let here: JsonValue | undefined = document;
  for (const key of keys.slice(0, -1)) {
    if (Array.isArray(here)) here = here[indexOf(here, key)];
    else if (isObject(here) && Object.hasOwn(here, key)) here = here[key];
    else throw new PointerError("the pointer leads nowhere");
  }
  if (!Array.isArray(here) && !isObject(here)) throw new PointerError("the pointer leads into a scalar");
  return here;
}

/** Removes what each pointer names from a copy of the document, then sets the given values, shallow ones first. */
export function restore(document: JsonObject, set: ReadonlyMap<string, JsonValue>, drop: readonly string[]): JsonValue {
  let result: JsonValue = cloneJson(document);
  for (const pointer of drop) {
    const keys = fromPointer(pointer);
    const last = keys.at(-1);
    if (last === undefined) throw new PointerError("the whole document cannot be dropped");
    const parent = parentOf(result, keys);
    if (Array.isArray(parent)) parent.splice(indexOf(parent, last), 1);
    else if (Object.hasOwn(parent, last)) delete parent[last];
    else throw new PointerError("nothing to drop");
  }
  const depth = (pointer: string): number => pointer.split("/").length;
  for (const [pointer, value] of [...set].sort(([a], [b]) => depth(a) - depth(b))) {
    const keys = fromPointer(pointer);
    const last = keys.at(-1);
    if (last === undefined) {
      result = cloneJson(value);
      continue;
    }
    const parent = parentOf(result, keys);
    if (Array.isArray(parent)) parent[indexOf(parent, last)] = cloneJson(value);
    else setMember(parent, last, cloneJson(value));
  }
  return result;
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
