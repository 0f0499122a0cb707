import type { Kysely } from "kysely";
import { DEFAULT_MIGRATION_TABLE, Migrator } from "kysely/migration";
import { MIGRATIONS } from "./migrations/list.ts";
import type { Tables } from "./tables.ts";

/**
 * Runs the migrations that are missing; several processes may do so at once.
 * @throws StoreAway, StorageError; Error where a newer version has written the database
 */
export async function migrate(kysely: Kysely<Tables>): Promise<void> {
  await requireKnown(kysely);
  const migrator = new Migrator({ db: kysely, provider: { getMigrations: () => Promise.resolve(MIGRATIONS) } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  throw error instanceof Error ? error : new Error("the database could not be brought up to date");
}

async function requireKnown(kysely: Kysely<Tables>): Promise<void> {
  const tables = await kysely.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === DEFAULT_MIGRATION_TABLE)) return;
  const done = await kysely
    .$extendTables<{ [DEFAULT_MIGRATION_TABLE]: { name: string } }>()
    .selectFrom(DEFAULT_MIGRATION_TABLE)
    .select("name")
    .orderBy("name", "desc")
    .execute();
  const unknown = done.find(({ name }) => !(name in MIGRATIONS));
  if (unknown)
    throw new Error(
      `a newer version of Roomporter has written this database: it has the migration ${unknown.name}, which this version does not know. Install that version again, or restore the backup that was made before the upgrade`,
    );
}
