import { StorageError } from "../../ports/storage-error.ts";
import { TIMER, type Timer } from "../../ports/timer.ts";

/** How long a job waits for a bundle store that is away, in milliseconds. */
const PATIENCE_MS = 600_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/**
 * Calls `act` until the bundle store answers.
 * @throws StorageError where it refuses, is full, or stays away; the signal's reason where it is aborted
 */
export async function patientWithStorage<T>(
  act: () => Promise<T>,
  signal: AbortSignal,
  timer: Timer = TIMER,
): Promise<T> {
  const started = timer.monotonic();
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      return await act();
    } catch (error) {
      signal.throwIfAborted();
      const isAway = error instanceof StorageError && error.fault === "away";
      if (!isAway || timer.monotonic() - started + wait > PATIENCE_MS) throw error;
    }
    await timer.sleep(wait, signal);
  }
}
