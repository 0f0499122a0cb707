import type { Logger } from "../ports/logger.ts";
import type { Sweep, SweepTimes } from "../ports/sweep-times.ts";

/** Asks whether a sweep may delete; where the clock has jumped, the log says so and what to do. @returns now, by the database's clock */
export async function sweepNow(times: SweepTimes, sweep: Sweep, logger: Logger): Promise<number | undefined> {
  const permit = await times.begin(sweep);
  if (permit.granted) return permit.now;
  if (permit.last !== undefined)
    logger.warn(
      { sweep, last: instant(permit.last), now: instant(permit.now) },
      "nothing is deleted: the clock is more than three days after the last sweep. If it is right, run `roomporter db confirm-clock -c CONFIG`",
    );
  return undefined;
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
