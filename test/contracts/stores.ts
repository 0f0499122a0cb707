import { sql } from "kysely";
import { auditLog } from "../../src/adapters/database/stores/audit-log.ts";
import { botMemory } from "../../src/adapters/database/stores/bot-memory.ts";
import { bundleRecords } from "../../src/adapters/database/stores/bundle-records.ts";
import type { Database } from "../../src/adapters/database/database.ts";
import { indexLog } from "../../src/adapters/database/stores/index-log.ts";
import { importJournal } from "../../src/adapters/database/stores/import-journal.ts";
import { inbox } from "../../src/adapters/database/stores/inbox.ts";
import { jobStore } from "../../src/adapters/database/stores/job-store.ts";
import { policyStore } from "../../src/adapters/database/stores/policy-store.ts";
import { signingKeys } from "../../src/adapters/database/stores/signing-keys.ts";
import { openDatabase } from "../../src/adapters/database/open.ts";
import type { AuditLog } from "../../src/ports/audit-log.ts";
import type { BotMemory } from "../../src/ports/bot-memory.ts";
import type { BundleRecords } from "../../src/ports/bundle-store.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { ImportJournal } from "../../src/ports/import-journal.ts";
import type { IndexLog } from "../../src/ports/index-log.ts";
import type { Inbox } from "../../src/ports/inbox.ts";
import type { JobStore, Lease } from "../../src/ports/job-store.ts";
import type { SigningKeys } from "../../src/ports/signing-keys.ts";
import type { PolicyStore } from "../../src/ports/policy-store.ts";

/** The durable stores of one database. */
export interface Stores {
  database: Database;
  jobs: JobStore;
  journal: (run: Lease) => ImportJournal;
  inbox: Inbox;
  index: IndexLog;
  guardInbox: Inbox;
  memory: BotMemory;
  policies: PolicyStore;
  audit: AuditLog;
  keys: SigningKeys;
  records: BundleRecords;
  /** Another process on the same data: what it sees is what was really stored. */
  reopen(): Promise<Stores>;
  /** The leases of jobs lose so many milliseconds, as if that time had gone by. */
  pass(milliseconds: number): Promise<void>;
}

/** A time that moves when a test says so. Leases go by the database's own. */
export class TestClock implements Clock {
  time = 1_800_000_000_000;
  now(): number {
    return this.time;
  }
}

/** What there is to `database`, for one process on it. */
export function storesOf(database: Database, clock: Clock, reopen: () => Promise<Stores>): Stores {
  const { kysely } = database;
  return {
    database,
    jobs: jobStore(database, clock),
    journal: (run) => importJournal(database, run),
    inbox: inbox(database, clock),
    index: indexLog(kysely),
    guardInbox: inbox(database, clock, "guard"),
    memory: botMemory(kysely, clock),
    policies: policyStore(kysely, clock),
    audit: auditLog(database, clock),
    keys: signingKeys(database, clock),
    records: bundleRecords(kysely),
    reopen,
    async pass(milliseconds) {
      const earlier = sql<number>`lease_until - ${milliseconds}`;
      await kysely.updateTable("jobs").set({ lease_until: earlier }).where("lease_until", "is not", null).execute();
    },
  };
}

export interface OpenedStores extends Stores {
  close(): Promise<void>;
}

/** Gives stores on an empty database; the suite that asked removes them with `close`. */
export type OpenStores = (clock: Clock) => Promise<OpenedStores>;

/** @param empty makes an empty database; `remove` takes it away again, once nobody is connected any more */
export function opener(empty: () => Promise<{ url: string; remove(): Promise<void> }>): OpenStores {
  return async (clock) => {
    const { url, remove } = await empty();
    const opened: Database[] = [];
    const stores = async (): Promise<Stores> => {
      const database = await openDatabase(url);
      opened.push(database);
      return storesOf(database, clock, stores);
    };
    return {
      ...(await stores()),
      async close() {
        for (const database of opened) await database.close();
        await remove();
      },
    };
  };
}
