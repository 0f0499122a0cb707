import type { Timer } from "../../../src/ports/timer.ts";
import { turn } from "../until.ts";

/** Time that goes by only where somebody sleeps, and then at once. */
export class VirtualTime implements Timer {
  /** what was slept, in milliseconds, in order */
  readonly slept: number[] = [];
  #now = 0;

  /** Time goes by. */
  pass(milliseconds: number): void {
    this.#now += milliseconds;
  }

  monotonic(): number {
    return this.#now;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.slept.push(milliseconds);
    // others get a turn, and a signal may come meanwhile
    await turn();
    signal?.throwIfAborted();
    this.pass(milliseconds);
  }
}
