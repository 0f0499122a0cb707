import { Kysely, PostgresDialect, sql } from "kysely";
import type { Database } from "../database.ts";
import { inTransaction } from "../in-transaction.ts";
import { migrate } from "../migrate.ts";
import { PostgresConnections } from "./postgres-connections.ts";
import type { Sealing } from "../sealing.ts";
import type { Tables } from "../tables.ts";

/** A PostgreSQL server, for any number of processes. Nothing is connected before the first statement. */
export function connectPostgres(url: string, sealing: Sealing): Database {
  const connections = new PostgresConnections(url);
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: connections }) });
  return {
    kysely,
    sealing,
    now: sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`,
    locked: sql`for update`,
    lockedUnlessTaken: (table) => sql`for update of ${sql.ref(table)} skip locked`,
    unflushed: (act) =>
      inTransaction(kysely, async (transaction) => {
        await sql`set local synchronous_commit = off`.execute(transaction);
        await act(transaction);
      }),
    async oneAtATime(transaction, name) {
      await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(transaction);
    },
    statements: (text, values) => connections.query(text, values),
    migrate: () => migrate(kysely),
    close: () => connections.end(),
  };
}
