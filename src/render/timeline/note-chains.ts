import type { JsonValue } from "../../matrix/json.ts";
import { GrowingNumbers } from "./growing-numbers.ts";
import type { Notes } from "./notes.ts";

const NONE = -1;

/** Several notes for each of many numbers, in the order in which they were added: 32 bytes of memory a number, 16 a note. */
export class NoteChains {
  readonly #notes: Notes;
  readonly #first = new GrowingNumbers();
  readonly #last = new GrowingNumbers();
  readonly #next = new GrowingNumbers();
  readonly #places = new GrowingNumbers();

  constructor(notes: Notes) {
    this.#notes = notes;
  }

  /** Makes room for the next number: 0, 1, 2 … */
  open(): void {
    this.#first.push(NONE);
    this.#last.push(NONE);
  }

  /** Gives the place of the note. */
  add(number: number, value: JsonValue): number {
    const noted = this.#notes.add(value);
    const link = this.#places.push(noted);
    this.#next.push(NONE);
    const last = this.#last.at(number);
    if (last === NONE) this.#first.set(number, link);
    else this.#next.set(last, link);
    this.#last.set(number, link);
    return noted;
  }

  /** Are there notes of this number? */
  has(number: number): boolean {
    return this.#first.at(number) !== NONE;
  }

  async *of(number: number): AsyncGenerator<JsonValue, void, undefined> {
    for (let link = this.#first.at(number); link !== NONE; link = this.#next.at(link))
      yield await this.#notes.read(this.#places.at(link));
  }
}
