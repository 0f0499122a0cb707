import type { Clock } from "../ports/clock.ts";
import { LeaseLost, type Job, type JobProgress, type JobStore, type Wish } from "../ports/job-store.ts";

/** How long a lease is, how often it is renewed, and how long before its end it is not relied upon any more; milliseconds. */
export interface LeaseTerms {
  lengthMs: number;
  beatMs: number;
  marginMs: number;
}

/** A job whose worker has died is taken up within the length of a lease. A beat also stores progress and brings wishes. */
export const LEASE_TERMS: LeaseTerms = { lengthMs: 30_000, beatMs: 1_000, marginMs: 5_000 };

/** Two clocks, so that neither a clock that was set nor a machine that slept is missed. */
export interface LeaseClocks extends Clock {
  /** milliseconds of a clock that never jumps */
  monotonic(): number;
}

export const LEASE_CLOCKS: LeaseClocks = { now: () => Date.now(), monotonic: () => performance.now() };

export interface LeaseOwner {
  progress(): JobProgress;
  onWish(wish: Wish): void;
  onLost(error: LeaseLost): void;
}

/** The lease of one run, renewed again and again. */
export class HeldLease {
  readonly #store: JobStore;
  readonly #job: Job;
  readonly #owner: LeaseOwner;
  readonly #terms: LeaseTerms;
  readonly #clocks: LeaseClocks;
  #good: { monotonic: number; now: number };
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  /** `claimedAt`: when the claim was asked for, by the monotonic clock */
  constructor(
    store: JobStore,
    job: Job,
    owner: LeaseOwner,
    claimedAt: LeaseMoment,
    terms: LeaseTerms,
    clocks: LeaseClocks,
  ) {
    this.#store = store;
    this.#job = job;
    this.#owner = owner;
    this.#terms = terms;
    this.#clocks = clocks;
    this.#good = claimedAt;
    this.#later();
  }

  /**
   * Resolves while nobody else can have taken the job. Where too much time has passed for that to be certain, the store is asked.
   * @throws LeaseLost; StoreAway where it cannot be told
   */
  async confirm(): Promise<void> {
    if (!this.#isGood()) await this.#beat();
  }

  /** No more beats: the job was finished or given up. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  #isGood(): boolean {
    const limit = this.#terms.lengthMs - this.#terms.marginMs;
    const { monotonic, now } = moment(this.#clocks);
    return monotonic - this.#good.monotonic < limit && now - this.#good.now < limit;
  }

  async #beat(): Promise<void> {
    const started = moment(this.#clocks);
    try {
      const wish = await this.#store.heartbeat(this.#job, this.#terms.lengthMs, this.#owner.progress());
      this.#good = started;
      if (!this.#ended) this.#owner.onWish(wish);
    } catch (error) {
      if (error instanceof LeaseLost && !this.#ended) this.#owner.onLost(error);
      throw error;
    }
  }

  #later(): void {
    if (this.#ended) return;
    this.#timer = setTimeout(() => {
      // a store that is away is asked again; that the lease is lost was told
      void this.#beat()
        .catch(() => undefined)
        .then(() => this.#later());
    }, this.#terms.beatMs);
  }
}

export interface LeaseMoment {
  monotonic: number;
  now: number;
}

export function moment(clocks: LeaseClocks): LeaseMoment {
  return { monotonic: clocks.monotonic(), now: clocks.now() };
}
