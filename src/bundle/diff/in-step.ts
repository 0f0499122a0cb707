import { BundleError } from "../faults.ts";
import { PairComparison, type Compared } from "./compare-pair.ts";
import { Differences } from "./difference.ts";
import type { Item, Side } from "./side.ts";

/** So many events that relate to later ones are kept until those are known. */
const HELD = 10_000;

/**
 * Compares two bundles while the second one is being read for the first time: most of those that are compared hold the same events in
 * the same order, and then no further reading is needed. The first one is indexed already.
 */
export class InStep {
  readonly #b: Side;
  readonly #found = new Differences();
  readonly #pairs: PairComparison;
  readonly #batches: AsyncGenerator<Item[], void, undefined>;
  #batch: Item[] = [];
  #at = 0;
  /** their relations lead to what the second bundle has not shown yet, if it has it */
  readonly #waiting: [Item, Item][] = [];
  #hasLeft = false;

  constructor(a: Side, b: Side) {
    this.#b = b;
    this.#pairs = new PairComparison(a, b, this.#found);
    this.#batches = a.items();
  }

  /** Takes the next events of the second bundle, which are in its index. */
  async take(items: readonly Item[]): Promise<void> {
    try {
      for (const b of items) {
        if (this.#hasLeft) return;
        const a = this.#batch[this.#at] ?? (await this.#read());
        if (a?.original.eventId !== b.original.eventId) {
          await this.leave();
          return;
        }
        this.#at++;
        if (this.#pairs.leadsOn(this.#b, b)) this.#waiting.push([a, b]);
        else {
          const comparing = this.#pairs.compare(a, b);
          // most need no file, and to wait for nothing takes its time, too
          if (comparing) await comparing;
        }
        if (this.#waiting.length > HELD) await this.leave();
      }
    } catch (error) {
      // the comparison of whole bundles meets it again
      if (!(error instanceof BundleError)) throw error;
      await this.leave();
    }
  }

  /** Once all were taken: what was found; undefined where the two do not hold the same events in the same order, or one breaks off. */
  async end(): Promise<{ compared: Compared; found: Differences } | undefined> {
    try {
      if (!this.#hasLeft && (this.#batch[this.#at] ?? (await this.#read())) === undefined) {
        for (const [a, b] of this.#waiting) await this.#pairs.compare(a, b);
        return { compared: this.#pairs.compared, found: this.#found };
      }
    } catch (error) {
      if (!(error instanceof BundleError)) throw error;
    }
    await this.leave();
    return undefined;
  }

  /** Compares no more. */
  async leave(): Promise<void> {
    this.#hasLeft = true;
    this.#waiting.length = 0;
    await this.#batches.return();
  }

  /** The next event of the first bundle; undefined: there are no more. */
  async #read(): Promise<Item | undefined> {
    for (;;) {
      const { value, done } = await this.#batches.next();
      [this.#batch, this.#at] = [value ?? [], 0];
      if (done === true || this.#batch.length > 0) return this.#batch[0];
    }
  }
}
