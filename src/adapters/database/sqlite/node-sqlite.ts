import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { QueryResult } from "kysely";
import { isBusy, sqliteFailure } from "./sqlite-failure.ts";
import { Turns } from "./turns.ts";

/** Kysely's queries are few and their texts repeat; lists of varying length are the exception that this bounds. */
const CACHED_STATEMENTS = 200;
/** How long opening waits for a file that another process has locked, in milliseconds: nothing else goes on at that time. */
const OPENING_MS = 5000;

/** One connection to a database file. Nothing waits: what is locked by another process fails at once. */
export interface NodeSqlite {
  /** to be taken for each statement outside of a transaction, and for each transaction */
  readonly turns: Turns;
  exec(sql: string): void;
  run<R>(sql: string, parameters: readonly unknown[]): QueryResult<R>;
  iterate<R>(sql: string, parameters: readonly unknown[]): Iterable<R>;
  isTransaction(): boolean;
  close(): void;
}

/**
 * Opens (or makes, readable by its owner alone) a database file. What was committed survives a power loss.
 * @throws StorageError where the disk is full; Error with the reason where it is locked or cannot be opened
 */
export function openNodeSqlite(path: string): NodeSqlite {
  // a database in memory has no file
  if (path !== ":memory:") {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, "a", 0o600));
  }
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: OPENING_MS });
  try {
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 0;");
  } catch (error) {
    database.close();
    if (isBusy(error)) throw new Error(`another program has locked the database ${path}: close it`, { cause: error });
    throw sqliteFailure(error);
  }
  const statements = new Map<string, StatementSync>();
  const prepared = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known) return known;
    if (statements.size >= CACHED_STATEMENTS) statements.clear();
    const statement = database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  return {
    turns: new Turns(),
    exec: (sql) => database.exec(sql),
    run<R>(sql: string, parameters: readonly unknown[]): QueryResult<R> {
      const statement = prepared(sql);
      const values = parameters as SQLInputValue[];
      if (statement.columns().length > 0) return { rows: statement.all(...values) as R[] };
      const { changes, lastInsertRowid } = statement.run(...values);
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    },
    iterate: <R>(sql: string, parameters: readonly unknown[]): Iterable<R> =>
      prepared(sql).iterate(...(parameters as SQLInputValue[])) as Iterable<R>,
    isTransaction: () => database.isTransaction,
    close() {
      if (database.isOpen) database.close();
    },
  };
}
