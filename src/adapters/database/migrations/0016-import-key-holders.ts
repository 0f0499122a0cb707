import type { Kysely } from "kysely";

/** Devices that were sent the keys of an encrypted room that an import fills. */
export async function up(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable("import_key_holders")
    .addColumn("job_id", "text", (column) => column.notNull())
    .addColumn("user_id", "text", (column) => column.notNull())
    .addColumn("device_id", "text", (column) => column.notNull())
    .addColumn("all_keys", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("import_key_holders_pk", ["job_id", "user_id", "device_id"])
    .execute();
}
