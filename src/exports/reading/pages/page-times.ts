/** So many pages, the fastest of which counts: one may have waited for something else. */
const PAGES = 3;
/** Smaller pages say little. */
const FEWEST_EVENTS = 50;
/** Milliseconds an event: a homeserver in order takes 0.1 to 0.3. */
const SLOW = 2;
/** What has become so many times as slow as it was at the beginning, and is no trifle. */
const TIMES = 4;
const NO_TRIFLE = 0.5;

/**
 * Recognises a homeserver whose pages take far too long, or longer and longer the further one reads: Synapse on an SQLite database without
 * statistics goes through the whole room for each event (docs/operating.md, "A homeserver that is slow to read").
 */
export class PageTimes {
  /** milliseconds an event */
  readonly #first: number[] = [];
  readonly #last: number[] = [];
  #told = false;

  /** Takes the time of one page; gives the milliseconds an event where that is to be told, once. */
  add(events: number, milliseconds: number): number | undefined {
    if (events < FEWEST_EVENTS) return undefined;
    const each = milliseconds / events;
    if (this.#first.length < PAGES) this.#first.push(each);
    this.#last.push(each);
    if (this.#last.length > PAGES) this.#last.shift();
    if (this.#told || this.#last.length < PAGES) return undefined;
    const now = Math.min(...this.#last);
    const grown = now >= NO_TRIFLE && now >= TIMES * Math.min(...this.#first);
    if (now < SLOW && !grown) return undefined;
    this.#told = true;
    return now;
  }
}
