import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("jobs")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("owner", "text", (column) => column.notNull())
    .addColumn("params", "text", (column) => column.notNull())
    .addColumn("progress_done", "bigint", (column) => column.notNull())
    .addColumn("progress_total", "bigint")
    .addColumn("room_id", "text")
    .addColumn("report", "text")
    .addColumn("error", "text")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("finished_at", "bigint")
    .addColumn("cancel_requested", "integer", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("jobs_by_state").on("jobs").columns(["state", "created_at"]).execute();
  await db.schema.createIndex("jobs_by_owner").on("jobs").columns(["owner", "created_at"]).execute();
}
