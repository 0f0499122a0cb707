import type { BotMemory } from "../../../src/ports/bot-memory.ts";
import type { Inbox } from "../../../src/ports/inbox.ts";
import type { JobStore } from "../../../src/ports/job-store.ts";
import type { Clock } from "../../../src/ports/clock.ts";

/** The durable stores of one database. */
export interface Stores {
  jobs: JobStore;
  inbox: Inbox;
  memory: BotMemory;
  /** Another process on the same data: what it sees is what was really stored. */
  reopen(): Promise<Stores>;
}

/** A time that moves when a test says so. */
export class TestClock implements Clock {
  time = 1_800_000_000_000;
  now(): number {
    return this.time;
  }
}

/** Gives stores on an empty database; the suite that asked removes them with `close`. */
export type OpenStores = (clock: Clock) => Promise<Stores & { close(): Promise<void> }>;
