import type { Job } from "../ports/job-store.ts";

/** So far back the pace is measured, in milliseconds. */
const WINDOW_MS = 30_000;
/** Between two marks, in milliseconds. */
const STEP_MS = 1_000;
/** Before that a pace says little, in milliseconds. */
const SHORTEST_MS = 2_000;

/** How fast something goes on, from what is said about how far it is. */
export class Pace {
  /** oldest first */
  readonly #marks: { at: number; done: number }[] = [];

  /** So far it is now. `at`: milliseconds of a clock that never jumps. What was done before the first call does not count. */
  reached(done: number, at: number): void {
    const last = this.#marks.at(-1);
    // it began anew
    if (last && done < last.done) this.#marks.length = 0;
    const latest = this.#marks.at(-1);
    if (latest && this.#marks.length > 1 && at - (this.#marks.at(-2)?.at ?? 0) < STEP_MS) {
      latest.at = at;
      latest.done = done;
    } else this.#marks.push({ at, done });
    while ((this.#marks[1]?.at ?? Infinity) <= at - WINDOW_MS) this.#marks.shift();
  }

  /** A second, over the last half minute, to one decimal; undefined: not known yet, or nothing has moved for so long. */
  rate(at: number): number | undefined {
    const [first] = this.#marks;
    const last = this.#marks.at(-1);
    if (!first || !last || last.at <= at - WINDOW_MS || at - first.at < SHORTEST_MS) return undefined;
    return Math.round(((last.done - first.done) * 10_000) / (at - first.at)) / 10;
  }
}

/** What the pace of a job says about its rest: events a second, and the seconds that are left; null while it is not known. */
export function outlook({ state, progress }: Job): { rate: number | null; seconds_left: number | null } {
  const { done, total, rate } = progress;
  if (state !== "running" || rate === undefined) return { rate: null, seconds_left: null };
  return { rate, seconds_left: total === null || rate === 0 ? null : Math.ceil(Math.max(0, total - done) / rate) };
}
