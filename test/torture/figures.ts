import type { RoundFigures } from "./round.ts";

/** Prints one line. */
export function tell({ jobs, events, hits, faults, calls }: RoundFigures): void {
  const happened = Object.entries(hits).map(([name, times]) => `${name} ${times}`);
  process.stdout.write(
    `      ${jobs} jobs, ${events} events checked; ${happened.join(", ")}; ${faults} of ${calls} calls harmed\n`,
  );
}

/** The sum of several rounds. */
export function sum(rounds: readonly RoundFigures[]): RoundFigures {
  const total: RoundFigures = { jobs: 0, events: 0, retried: 0, kept: [], hits: {}, faults: 0, calls: 0 };
  for (const round of rounds) {
    total.jobs += round.jobs;
    total.events += round.events;
    total.retried += round.retried;
    total.faults += round.faults;
    total.calls += round.calls;
    for (const [name, times] of Object.entries(round.hits)) total.hits[name] = (total.hits[name] ?? 0) + times;
  }
  return total;
}
