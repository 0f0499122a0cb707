import type { Readable, Writable } from "node:stream";
import { TIMER, type Timer } from "../ports/timer.ts";

/** What surrounds the program: tests give their own. */
export interface World {
  stdin: Readable & { fd?: number; isTTY?: boolean; setRawMode?(on: boolean): unknown };
  stdout: Writable & { isTTY?: boolean };
  stderr: Writable & { isTTY?: boolean };
  env: Readonly<Record<string, string | undefined>>;
  /** Aborts at the first Ctrl-C from now on; the second one ends the process as usual. */
  interrupt(): AbortSignal;
  /** by which it waits between two looks */
  timer: Timer;
}

export function processWorld(): World {
  return {
    // Getters: touching process.stdin opens it.
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      return process.stdout;
    },
    get stderr() {
      return process.stderr;
    },
    env: process.env,
    timer: TIMER,
    interrupt() {
      const controller = new AbortController();
      process.once("SIGINT", () => controller.abort());
      return controller.signal;
    },
  };
}
