/** What retention deletes. */
export type Sweep = "audit" | "bundles" | "uploads";

/** A sweep may delete, as of `now`; or not, because `now` is too long after the last sweep to be believed. Milliseconds. */
export type SweepPermit = { granted: true; now: number } | { granted: false; now: number; last: number | undefined };

/**
 * When retention was last at work. Where the clock says that this is longer ago than a service is usually down, the clock may be
 * wrong: then nothing is deleted until somebody has confirmed it. Times are the database's own.
 */
export interface SweepTimes {
  /** Notes that a sweep begins, if it may. The first one of all only notes it. @throws StoreAway */
  begin(sweep: Sweep): Promise<SweepPermit>;
  /** The clock is right: the next sweep may delete. @returns the time that was confirmed @throws StoreAway */
  confirm(): Promise<number>;
}
