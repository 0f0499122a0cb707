import { setTimeout as sleep } from "node:timers/promises";

/** Waiting, as whoever repeats something sees it: tests have a time of their own. */
export interface Timer {
  /** milliseconds of a clock that never jumps */
  monotonic(): number;
  /** Resolves once so many milliseconds have passed. @throws the signal's reason where it is aborted before */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const TIMER: Timer = {
  monotonic: () => performance.now(),
  async sleep(milliseconds, signal) {
    try {
      await sleep(milliseconds, undefined, signal && { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};
