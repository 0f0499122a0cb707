import pLimit, { type LimitFunction } from "p-limit";

/** For work that takes much memory or time: so much at once in this process, and of each owner so much, one piece after the other by default. */
export class TurnsByOwner {
  readonly #inAll: LimitFunction;
  readonly #perOwner: number;
  readonly #owners = new Map<string, LimitFunction>();

  constructor(atOnce: number, perOwner = 1) {
    this.#inAll = pLimit(atOnce);
    this.#perOwner = perOwner;
  }

  /** What is too much of one owner waits for their own, not for a place that others could have. */
  async run<T>(owner: string, act: () => Promise<T>): Promise<T> {
    const own = this.#owners.get(owner) ?? pLimit(this.#perOwner);
    this.#owners.set(owner, own);
    try {
      return await own(() => this.#inAll(act));
    } finally {
      if (own.activeCount + own.pendingCount === 0) this.#owners.delete(owner);
    }
  }
}
