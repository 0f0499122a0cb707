import type { Kysely } from "kysely";

/** What a probe has found out about the homeserver, and the room of a probe that has not ended: a row each, as JSON. */
export async function up(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable("homeserver")
    .addColumn("name", "text", (column) => column.primaryKey())
    .addColumn("value", "text", (column) => column.notNull())
    .execute();
}
