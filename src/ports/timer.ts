import { setTimeout as sleep } from "node:timers/promises";

/** Waiting, as whoever repeats something sees it: tests have a time of their own. */
export interface Timer {
  /** milliseconds of a clock that never jumps */
  monotonic(): number;
  /** Resolves once so many milliseconds have passed. @throws the signal's reason where it is aborted before */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const TIMER: Timer = systemTimer(true);

/** The same for what is done from time to time: a process that has nothing else to do ends. */
export const IDLE_TIMER: Timer = systemTimer(false);

function systemTimer(ref: boolean): Timer {
  return {
    monotonic: () => performance.now(),
    async sleep(milliseconds, signal) {
      try {
        await sleep(milliseconds, undefined, { ref, ...(signal && { signal }) });
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      }
    },
  };
}
