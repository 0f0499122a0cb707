import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("bot_direct_rooms")
    .addColumn("user_id", "text", (column) => column.primaryKey())
    .addColumn("room_id", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("bot_notices")
    .addColumn("job_id", "text", (column) => column.primaryKey())
    .addColumn("room_id", "text", (column) => column.notNull())
    .addColumn("event_id", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .execute();
}
