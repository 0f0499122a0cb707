/**
 * Resolves once the condition holds: it is looked at in each turn of the event loop, and no time is slept through. What never comes
 * is ended by the test's own time-out.
 */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await turn();
}

/** What is due now gets its turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** So many turns: enough for whatever goes on without waiting for time to pass. */
export async function turns(count = 50): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}
