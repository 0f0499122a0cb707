import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("inbox")
    .addColumn("event_id", "text", (column) => column.primaryKey())
    .addColumn("position", "bigint", (column) => column.notNull())
    .addColumn("room_id", "text", (column) => column.notNull())
    .addColumn("type", "text", (column) => column.notNull())
    .addColumn("sender", "text", (column) => column.notNull())
    .addColumn("origin_server_ts", "bigint", (column) => column.notNull())
    .addColumn("state_key", "text")
    .addColumn("content", "text")
    .addColumn("received_at", "bigint", (column) => column.notNull())
    .addColumn("handled_at", "bigint")
    .execute();
  await db.schema.createIndex("inbox_in_order").on("inbox").columns(["handled_at", "position"]).execute();
}
