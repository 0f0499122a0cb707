import { GrowingNumbers } from "../timeline/growing-numbers.ts";
import { dayOf } from "../words/when.ts";

/** All time zones differ from UTC by whole quarters of an hour. */
const QUARTER_MS = 15 * 60_000;
const AT_ONCE = 10_000;

/**
 * When the items of a conversation were sent, as far as it takes to find the first one of a day in any time zone: the first item of
 * each run of items within one quarter of an hour.
 */
export class Moments {
  readonly #quarters = new GrowingNumbers();
  readonly #items = new GrowingNumbers();
  #last: number | undefined;

  /** Call it for each item, in order. `ts`: milliseconds since the epoch */
  add(item: number, ts: number): void {
    const quarter = Math.floor(ts / QUARTER_MS);
    if (quarter === this.#last || dayOf(ts) === "0000-00-00") return;
    this.#last = quarter;
    this.#quarters.push(quarter);
    this.#items.push(item);
  }

  /** The elements of a JSON array: a quarter of an hour since the epoch, the item's number, and so on. */
  *read(): Generator<string, void, undefined> {
    for (let from = 0; from < this.#items.length; from += AT_ONCE) {
      const numbers: number[] = [];
      for (let at = from; at < Math.min(this.#items.length, from + AT_ONCE); at++)
        numbers.push(this.#quarters.at(at), this.#items.at(at));
      yield `${from > 0 ? "," : ""}${numbers.join(",")}`;
    }
  }
}
