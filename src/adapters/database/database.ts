import type { Kysely, RawBuilder, Transaction } from "kysely";
import type { Sealing } from "./sealing.ts";
import type { Tables } from "./tables.ts";

/** A database, and the few words in which SQLite and PostgreSQL differ. */
export interface Database {
  readonly kysely: Kysely<Tables>;
  /** for what people wrote */
  readonly sealing: Sealing;
  /** the database's own time, milliseconds since the epoch: workers' clocks differ, leases must not */
  readonly now: RawBuilder<number>;
  /** ends a select: nobody else may change the row before this transaction ends */
  readonly locked: RawBuilder<unknown>;
  /** ends a select: the same for the rows of one table, leaving out those that somebody else has locked */
  lockedUnlessTaken(table: string): RawBuilder<unknown>;
  /**
   * A transaction that does not wait for the disk: a crash of the process loses nothing, a power cut at most what was written since
   * the last one that waited.
   */
  unflushed(act: (transaction: Transaction<Tables>) => Promise<void>): Promise<void>;
  /** Lets one transaction at a time go on for each name. */
  oneAtATime(transaction: Transaction<Tables>, name: string): Promise<void>;
  /** Statements as they are, for what brings its own SQL; undefined on SQLite. @throws StoreAway */
  readonly statements: ((text: string, values?: unknown[]) => Promise<{ rows: unknown[] }>) | undefined;
  /** Brings the tables up to date. @throws StoreAway; Error where a newer version has written them */
  migrate(): Promise<void>;
  close(): Promise<void>;
}

/** Is it for one process alone, which then answers and runs the jobs too? */
export function isEmbedded(url: string): boolean {
  return url.startsWith("sqlite:");
}
