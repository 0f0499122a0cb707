import pLimit, { type LimitFunction } from "p-limit";

/** For work that takes much memory or time: so much at once in this process, and of each owner one piece after the other. */
export class TurnsByOwner {
  readonly #inAll: LimitFunction;
  readonly #owners = new Map<string, LimitFunction>();

  constructor(atOnce: number) {
    this.#inAll = pLimit(atOnce);
  }

  /** An owner's second piece waits for the first one, not for a place that others could have. */
  async run<T>(owner: string, act: () => Promise<T>): Promise<T> {
    const own = this.#owners.get(owner) ?? pLimit(1);
    this.#owners.set(owner, own);
    try {
      return await own(() => this.#inAll(act));
    } finally {
      if (own.activeCount + own.pendingCount === 0) this.#owners.delete(owner);
    }
  }
}
