import type { Readable, Writable } from "node:stream";
import { TIMER, type Timer } from "../ports/timer.ts";
import { keepSmall } from "./keep-small.ts";

/** What surrounds the program: tests give their own. */
export interface World {
  stdin: Readable & { fd?: number; isTTY?: boolean; setRawMode?(on: boolean): unknown };
  stdout: Writable & { isTTY?: boolean };
  stderr: Writable & { isTTY?: boolean };
  env: Readonly<Record<string, string | undefined>>;
  /** Aborts at the first Ctrl-C from now on, or where the process is told to end or its terminal is closed; the second ends it as usual. */
  interrupt(): AbortSignal;
  /** From now on the process takes little memory beyond what is in use, for a little more of the processor. */
  keepSmall(): void;
  /** by which it waits between two looks */
  timer: Timer;
}

/** Ctrl-C, `kill`, and a terminal that is closed. */
const ENDING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

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
    keepSmall,
    interrupt() {
      const controller = new AbortController();
      const abort = (): void => {
        for (const signal of ENDING) process.off(signal, abort);
        controller.abort();
      };
      for (const signal of ENDING) process.on(signal, abort);
      return controller.signal;
    },
  };
}
