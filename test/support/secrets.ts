import { randomBytes } from "node:crypto";

/** Where a secret was found that must not be there. */
export interface Leak {
  /** what was found, e.g. `body of a message` */
  secret: string;
  place: string;
}

/**
 * Texts that must come out nowhere but where they belong. Each is one word that is found as it stands in any text, in an address, in a
 * database file; and an id-like one, so that nothing rejects it for its form.
 */
export class Secrets {
  readonly #marks = new Map<string, string>();
  readonly #allowed = new Map<string, string>();
  readonly #places = new Map<string, Buffer>();

  /**
   * A new one.
   * @param what how a leak names it, e.g. `body of a message`
   * @param but the one place where it may come out
   */
  mark(what: string, but?: string): string {
    const mark = `zq${randomBytes(8).toString("hex")}`;
    this.#marks.set(mark, what);
    if (but !== undefined) this.#allowed.set(mark, but);
    return mark;
  }

  /** One that is there already, e.g. a token. */
  add(what: string, secret: string): void {
    this.#marks.set(secret, what);
  }

  /** An output that must hold none of them, e.g. an answer. */
  look(place: string, content: string | Uint8Array): void {
    const before = this.#places.get(place) ?? Buffer.alloc(0);
    this.#places.set(place, Buffer.concat([before, Buffer.from(content)]));
  }

  /** All that was found in what was looked at. */
  leaks(): Leak[] {
    const found: Leak[] = [];
    for (const [place, content] of this.#places)
      for (const [mark, secret] of this.#marks)
        if (content.includes(mark) && this.#allowed.get(mark) !== place) found.push({ secret, place });
    return found;
  }
}
