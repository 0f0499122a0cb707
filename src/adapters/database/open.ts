import { Kysely, SqliteDialect } from "kysely";
import { Migrator } from "kysely/migration";
import { MIGRATIONS } from "./migrations/list.ts";
import { openNodeSqlite } from "./node-sqlite.ts";
import type { Tables } from "./tables.ts";

/**
 * Opens the database of a `sqlite:PATH` URL and brings its tables up to date.
 * @throws Error where the file cannot be opened, or was written by a newer version
 */
export async function openDatabase(url: string): Promise<Kysely<Tables>> {
  const db = new Kysely<Tables>({
    dialect: new SqliteDialect({ database: openNodeSqlite(url.slice("sqlite:".length)) }),
  });
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(MIGRATIONS) } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return db;
  await db.destroy();
  throw error instanceof Error ? error : new Error("the database could not be brought up to date");
}
