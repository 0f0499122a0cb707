import { Kysely, sql, SqliteIntrospector, SqliteQueryCompiler, type Dialect } from "kysely";
import type { Database } from "../database.ts";
import { migrate } from "../migrate.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Sealing } from "../sealing.ts";
import type { Tables } from "../tables.ts";
import { openNodeSqlite, type NodeSqlite } from "./node-sqlite.ts";
import { SharedSqliteAdapter, SqliteDriver } from "./sqlite-driver.ts";

/**
 * One file, one process, one connection: transactions run one after the other, and nothing has to be locked.
 * @throws StorageError, Error where the file cannot be opened
 */
export function connectSqlite(path: string, sealing: Sealing): Database {
  const connection = openNodeSqlite(path);
  const kysely = new Kysely<Tables>({ dialect: dialectOn(connection, true) });
  const hasty = new Kysely<Tables>({ dialect: dialectOn(connection, false) });
  return {
    kysely,
    sealing,
    now: sql<number>`cast(unixepoch('subsec') * 1000 as integer)`,
    locked: sql``,
    lockedUnlessTaken: () => sql``,
    unflushed: (act) => inTransaction(hasty, act),
    async oneAtATime() {
      // they do so anyway
    },
    statements: undefined,
    migrate: () => migrate(kysely),
    async close() {
      connection.close();
    },
  };
}

function dialectOn(connection: NodeSqlite, flushes: boolean): Dialect {
  return {
    createAdapter: () => new SharedSqliteAdapter(),
    createDriver: () => new SqliteDriver(connection, flushes),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}
