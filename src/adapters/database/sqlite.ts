import { Kysely, sql, SqliteDialect } from "kysely";
import type { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { openNodeSqlite } from "./node-sqlite.ts";
import type { Sealing } from "./sealing.ts";
import type { Tables } from "./tables.ts";

/** One file, one process, one connection: transactions run one after the other, and nothing has to be locked. @throws Error */
export function connectSqlite(path: string, sealing: Sealing): Database {
  const kysely = new Kysely<Tables>({ dialect: new SqliteDialect({ database: openNodeSqlite(path) }) });
  const waitForDisk = sql`PRAGMA synchronous = FULL`.compile(kysely);
  const doNotWait = sql`PRAGMA synchronous = NORMAL`.compile(kysely);
  return {
    kysely,
    sealing,
    now: sql<number>`cast(unixepoch('subsec') * 1000 as integer)`,
    locked: sql``,
    lockedUnlessTaken: () => sql``,
    unflushed: (act) =>
      kysely.connection().execute(async (connection) => {
        await connection.executeQuery(doNotWait);
        try {
          await connection.transaction().execute(act);
        } finally {
          await connection.executeQuery(waitForDisk);
        }
      }),
    async oneAtATime() {
      // they do so anyway
    },
    statements: undefined,
    migrate: () => migrate(kysely),
    close: () => kysely.destroy(),
  };
}
