import { storesOf, TestClock, type Stores } from "../../contracts/stores.ts";
import type { Database } from "../../../src/adapters/database/database.ts";
import { openDatabase } from "../../../src/adapters/database/open.ts";
import type { AuditEntry, AuditLog } from "../../../src/ports/audit-log.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import type { Lease } from "../../../src/ports/job-store.ts";
import { StoreAway } from "../../../src/ports/store-away.ts";

/** All durable stores, as the service has them, on a SQLite database in memory that goes with the process. */
export interface MemoryStores extends Omit<Stores, "database" | "reopen"> {
  /** every call of every store fails with StoreAway */
  away: boolean;
  /** What lies behind them all. */
  database(): Promise<Database>;
}

/** They can be used at once: the first call waits until the database is there. */
export function memoryStores(clock: Clock = new TestClock()): MemoryStores {
  let opened: Promise<Stores> | undefined;
  const open = async (): Promise<Stores> => {
    const database = await openDatabase("sqlite::memory:");
    const stores = storesOf(database, clock, () => Promise.resolve(stores));
    return stores;
  };
  const control = { away: false };
  /** Each method of the port waits for the database, and fails while that is away. */
  const port = <T extends object>(choose: (stores: Stores) => T): T =>
    new Proxy({} as T, {
      get(replaced, name) {
        // a port is no promise
        if (name in replaced || name === "then") return Reflect.get(replaced, name) as unknown;
        return async (...args: unknown[]): Promise<unknown> => {
          const chosen = choose(await (opened ??= open()));
          if (control.away) throw new StoreAway("test");
          return Reflect.apply(Reflect.get(chosen, name) as (...args: unknown[]) => unknown, chosen, args);
        };
      },
    });
  return Object.assign(control, {
    database: async () => (await (opened ??= open())).database,
    jobs: port(({ jobs }) => jobs),
    journal: (run: Lease) => port(({ journal }) => journal(run)),
    inbox: port(({ inbox }) => inbox),
    guardInbox: port(({ guardInbox }) => guardInbox),
    index: port(({ index }) => index),
    memory: port(({ memory }) => memory),
    policies: port(({ policies }) => policies),
    audit: port(({ audit }) => audit),
    keys: port(({ keys }) => keys),
    records: port(({ records }) => records),
    pass: async (milliseconds: number) => (await (opened ??= open())).pass(milliseconds),
  });
}

/** An audit log in memory, and what it was told, in the words in which it was told. */
export interface ToldAuditLog extends AuditLog {
  entries: AuditEntry[];
  /** every call fails with StoreAway */
  away: boolean;
}

export function toldAuditLog(log: AuditLog = memoryStores().audit): ToldAuditLog {
  const told: ToldAuditLog = {
    entries: [],
    away: false,
    async record(entry) {
      if (told.away) throw new StoreAway("test");
      await log.record(entry);
      told.entries.push(entry);
    },
    list: async (filter, page) => (await there()).list(filter, page),
    head: async () => (await there()).head(),
    trim: async (before) => (await there()).trim(before),
  };
  const there = (): Promise<AuditLog> => (told.away ? Promise.reject(new StoreAway("test")) : Promise.resolve(log));
  return told;
}
