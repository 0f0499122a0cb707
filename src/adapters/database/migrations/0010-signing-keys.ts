import type { Kysely } from "kysely";

/** What bundles are signed with. It is in the database because several processes sign. */
export async function up(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable("signing_keys")
    .addColumn("public_key", "text", (column) => column.primaryKey())
    .addColumn("private_key", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .execute();
}
