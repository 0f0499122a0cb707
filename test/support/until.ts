/**
 * Resolves once the condition holds: it is looked at in each turn of the event loop, and no time is slept through. What never comes
 * is ended by the test's own time-out.
 */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await turn();
}

/** What is due now gets its turn. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** So many turns: enough for whatever goes on without waiting for time to pass. */
export async function turns(count = 50): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}

/** Waits for the signal alone, once the promise has begun. Rejects with the signal's reason. */
export function untilAborted(begun: Promise<unknown>, signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    begun.catch(reject);
    signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}
