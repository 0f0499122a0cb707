/** How long after its last request a download can go on, in milliseconds. */
const GOES_ON_MS = 3600_000;
/** So many downloads are known; of the longest quiet ones the next range counts as a new one. */
const KNOWN = 10_000;

/** Tells where a download begins and where it goes on, as far as this process remembers. */
export class BegunDownloads {
  readonly #now: () => number;
  /** when each was last asked for, the longest quiet first */
  readonly #known = new Map<string, number>();

  /** @param now milliseconds of a clock that never jumps */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Does a download begin with this request: with the whole, the first bytes, or what nobody has begun? */
  begins(key: string, range: { start: number } | undefined): boolean {
    const last = this.#known.get(key);
    this.#known.delete(key);
    const oldest = this.#known.keys().next();
    if (this.#known.size >= KNOWN && !oldest.done) this.#known.delete(oldest.value);
    this.#known.set(key, this.#now());
    return range === undefined || range.start === 0 || last === undefined || this.#now() - last > GOES_ON_MS;
  }

  /** The next request begins a download. */
  forget(key: string): void {
    this.#known.delete(key);
  }
}
