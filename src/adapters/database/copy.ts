import { access } from "node:fs/promises";
import { sql, type Kysely } from "kysely";
import { StoreAway } from "../../ports/store-away.ts";
import { isEmbedded, type Database } from "./database.ts";
import { openDatabase } from "./open.ts";
import { sealing } from "./sealing.ts";
import { connectSqlite } from "./sqlite/sqlite.ts";
import { lockSqlite } from "./sqlite/sqlite-lock.ts";
import type { Tables } from "./tables.ts";

type AllTables = Tables & Record<string, Record<string, unknown>>;

/** Rows of one statement: PostgreSQL takes 65,535 values in one. */
const ROWS = 500;

/**
 * Copies all tables of a service that is stopped into an empty database: whole, or nothing.
 * @param from `sqlite:PATH`
 * @returns the number of rows of each table
 * @throws Error where the source is missing or in use, the target does not answer or is not empty, or the counts differ afterwards
 */
export async function copyDatabase(from: string, to: string): Promise<Record<string, number>> {
  if (!isEmbedded(from)) throw new Error("only a sqlite:PATH can be copied from");
  if (isEmbedded(to)) throw new Error("only a postgres://… can be copied into");
  const letGo = await takeUnused(from.slice("sqlite:".length));
  try {
    return await copyInto(to, from);
  } finally {
    letGo();
  }
}

async function copyInto(to: string, from: string): Promise<Record<string, number>> {
  const source = await openDatabase(from);
  try {
    const target = await openTarget(to);
    try {
      const tables = (await source.kysely.introspection.getTables()).map(({ name }) => name);
      return await target.kysely
        .$extendTables<AllTables>()
        .transaction()
        .execute((transaction) => copyTables(tables, source.kysely.$extendTables<AllTables>(), transaction));
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** @throws Error with the reason, where it cannot be reached */
async function openTarget(to: string): Promise<Database> {
  try {
    return await openDatabase(to);
  } catch (error) {
    if (!(error instanceof StoreAway && error.cause instanceof Error)) throw error;
    throw new Error(`the target does not answer: ${error.cause.message}`, { cause: error });
  }
}

async function copyTables(
  tables: readonly string[],
  source: Kysely<AllTables>,
  target: Kysely<AllTables>,
): Promise<Record<string, number>> {
  for (const table of tables)
    if ((await countOf(target, table)) > 0) throw new Error(`the target is not empty: its table ${table} has rows`);
  const counts: Record<string, number> = {};
  for (const table of tables) {
    let rows: Record<string, unknown>[] = [];
    const flush = async (): Promise<void> => {
      if (rows.length > 0) await target.insertInto(table).values(rows).execute();
      rows = [];
    };
    for await (const row of source.selectFrom(table).selectAll().stream()) if (rows.push(row) === ROWS) await flush();
    await flush();
    const count = await countOf(source, table);
    if ((await countOf(target, table)) !== count) throw new Error(`the table ${table} was not copied whole`);
    counts[table] = count;
  }
  return counts;
}

async function countOf(db: Kysely<AllTables>, table: string): Promise<number> {
  const row = await db
    .selectFrom(table)
    .select((query) => query.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return row.count;
}

/**
 * Takes the file for this process, and makes sure that no program without that lock has it open: leaving write-ahead logging takes
 * a file that nobody else has open. The next start turns it on again.
 * @returns lets go
 */
async function takeUnused(path: string): Promise<() => void> {
  // opening it would make it
  await access(path);
  try {
    const letGo = lockSqlite(path);
    const { kysely, close } = connectSqlite(path, sealing(""));
    try {
      await sql`PRAGMA journal_mode = DELETE`.execute(kysely);
      return letGo;
    } catch (error) {
      letGo();
      throw error;
    } finally {
      await close();
    }
  } catch (error) {
    throw new Error("the source is in use: stop the service first", { cause: error });
  }
}
