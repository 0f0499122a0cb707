import { TIMER, type Timer } from "../../ports/timer.ts";
import { CallFailed } from "./call-failed.ts";

/** How long a call keeps trying while the homeserver is away, in milliseconds. */
export const PATIENCE_MS = 600_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;
/** A 500 that repeats itself this often will not go away by asking again. */
const SAME_500 = 3;
const AWAY = new Set([502, 503, 504]);

export interface Patience {
  patienceMs: number;
  /** false: the homeserver must not see the call twice (`POST /createRoom`) */
  repeatable: boolean;
  signal?: AbortSignal | undefined;
  timer?: Timer | undefined;
  /** told before each wait */
  onWait?: (failure: CallFailed, waitMs: number) => void;
}

/** What an attempt would have given that has failed, though the homeserver may have done it; undefined: it has not done it. */
export type LookBack<T> = () => Promise<T | undefined>;

/**
 * Calls `attempt` until it succeeds, fails for good, or patience ends. Waited for: 429 (as long as it asks), 502 to 504, lost
 * and refused connections, timeouts, and a 500 that does not repeat itself. Before an attempt is made again that may have reached the
 * homeserver, `lookBack` is asked whether it was done.
 * @throws CallFailed the last failure; the signal's reason where it is aborted
 */
export async function withPatience<T>(attempt: () => Promise<T>, rules: Patience, lookBack?: LookBack<T>): Promise<T> {
  const timer = rules.timer ?? TIMER;
  const started = timer.monotonic();
  let failures500 = 0;
  let maybeDone = false;
  for (let failures = 0; ; failures++) {
    rules.signal?.throwIfAborted();
    try {
      // after the wait: a homeserver that has just come back may still be at what it had begun
      const done = maybeDone ? await lookBack?.() : undefined;
      return done ?? (await attempt());
    } catch (error) {
      rules.signal?.throwIfAborted();
      if (!(error instanceof CallFailed)) throw error;
      if (error.status === 500) failures500++;
      maybeDone ||= error.reached && (error.status === 0 || error.status >= 500);
      if (!mayPass(error, rules.repeatable) || failures500 >= SAME_500) {
        const done = maybeDone && isAnswer(error) ? await lookBack?.() : undefined;
        if (done !== undefined) return done;
        throw error;
      }
      const wait = error.retryAfterMs ?? backOff(failures);
      if (timer.monotonic() - started + wait > rules.patienceMs) throw error;
      rules.onWait?.(error, wait);
      await timer.sleep(wait, rules.signal);
    }
  }
}

/** Did the homeserver itself answer? One that is away is not asked anything else. */
function isAnswer({ status }: CallFailed): boolean {
  return status !== 0 && !AWAY.has(status);
}

function mayPass(failure: CallFailed, repeatable: boolean): boolean {
  if (failure.status === 429 || !failure.reached) return true;
  return repeatable && (failure.status === 0 || failure.status === 500 || AWAY.has(failure.status));
}

/** Doubles from wait to wait; the jitter keeps many waiting calls from coming back at once. */
function backOff(failures: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS) * (0.75 + Math.random() / 2);
}

/** The promise, or the signal's reason as soon as it is aborted: what was begun is left to end by itself. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return await promise;
  let leave: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    leave = () => reject(signal.reason as Error);
    // of one that is aborted already no event comes
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (leave) signal.removeEventListener("abort", leave);
  }
}
