import { isObject, type JsonObject, type JsonValue } from "../../matrix/json.ts";

/**
 * The members of an object of an export, each of the kind that is asked for. One of another kind counts as absent, and `odd` is
 * told of it once, so that the ledger can say so: what one field holds never costs the message. `null` is absent.
 */
export class Fields {
  readonly value: JsonObject;
  readonly #odd: () => void;
  #told: Set<string> | undefined;

  constructor(value: JsonObject, odd: () => void) {
    this.value = value;
    this.#odd = odd;
  }

  /** Undefined where the value is no object, of which `odd` is told. */
  static of(value: JsonValue | undefined, odd: () => void): Fields | undefined {
    if (isObject(value)) return new Fields(value, odd);
    if (value !== undefined && value !== null) odd();
    return undefined;
  }

  /** Another value of the same message, where it is an object. */
  also(value: JsonValue): Fields | undefined {
    return Fields.of(value, this.#odd);
  }

  /** Is there such a member, of whatever kind but null? */
  has(name: string): boolean {
    return this.raw(name) !== undefined;
  }

  /** The member as it is; undefined for null. */
  raw(name: string): JsonValue | undefined {
    return Object.hasOwn(this.value, name) ? (this.value[name] ?? undefined) : undefined;
  }

  text(name: string): string | undefined {
    const found = this.raw(name);
    if (typeof found === "string") return found;
    this.#tell(name, found);
    return undefined;
  }

  /** The first of these that is a text and not empty. */
  anyText(...names: string[]): string | undefined {
    for (const name of names) {
      const found = this.text(name);
      if (found !== undefined && found !== "") return found;
    }
    return undefined;
  }

  /** A number, or one that is written as text. */
  number(name: string): number | undefined {
    const found = this.raw(name);
    if (typeof found === "number") return found;
    if (typeof found === "string" && /^-?\d{1,20}(?:\.\d{1,20})?$/.test(found)) return Number(found);
    this.#tell(name, found);
    return undefined;
  }

  flag(name: string): boolean | undefined {
    const found = this.raw(name);
    if (typeof found === "boolean") return found;
    this.#tell(name, found);
    return undefined;
  }

  /** What names a thing: a text that is not empty, or a number. */
  id(name: string): string | undefined {
    const found = this.raw(name);
    if (typeof found === "number") return String(found);
    if (found === "") return undefined;
    if (typeof found === "string") return found;
    this.#tell(name, found);
    return undefined;
  }

  object(name: string): Fields | undefined {
    const found = this.raw(name);
    if (isObject(found)) return new Fields(found, this.#odd);
    this.#tell(name, found);
    return undefined;
  }

  /** The elements of a list that are objects; none where it is absent. */
  objects(name: string): Fields[] {
    return this.#elements(name, (element) => (isObject(element) ? new Fields(element, this.#odd) : undefined));
  }

  /** The elements of a list that are texts or numbers, as texts. */
  ids(name: string): string[] {
    return this.#elements(name, (element) => {
      if (typeof element === "number") return String(element);
      return typeof element === "string" && element !== "" ? element : undefined;
    });
  }

  list(name: string): readonly JsonValue[] {
    const found = this.raw(name);
    if (Array.isArray(found)) return found;
    this.#tell(name, found);
    return NOTHING;
  }

  #elements<T>(name: string, read: (element: JsonValue) => T | undefined): T[] {
    const all = this.list(name);
    if (all.length === 0) return [];
    const found = all.flatMap((element) => read(element) ?? []);
    if (found.length < all.length && !this.#told?.has(name)) {
      (this.#told ??= new Set()).add(name);
      for (let odd = found.length; odd < all.length; odd++) this.#odd();
    }
    return found;
  }

  #tell(name: string, found: JsonValue | undefined): void {
    if (found === undefined || this.#told?.has(name)) return;
    (this.#told ??= new Set()).add(name);
    this.#odd();
  }
}

const NOTHING: readonly JsonValue[] = [];
