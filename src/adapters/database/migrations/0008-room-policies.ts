import type { Kysely } from "kysely";

/** Rooms that the service made, with their rules and who was in them by a role; and who takes an event out of the inbox. */
export async function up(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable("made_rooms")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("origin", "text", (column) => column.notNull())
    .addColumn("room_id", "text", (column) => column.unique())
    .addColumn("owner", "text", (column) => column.notNull())
    .addColumn("policy", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("closing_at", "bigint")
    .addColumn("closed_at", "bigint")
    .execute();
  await db.schema.createIndex("made_rooms_by_closed").on("made_rooms").columns(["closed_at", "created_at"]).execute();
  await db.schema
    .createTable("room_admissions")
    .addColumn("room_id", "text", (column) => column.notNull())
    .addColumn("user_id", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("room_admissions_pk", ["room_id", "user_id"])
    .execute();
  await db.schema
    .alterTable("inbox")
    .addColumn("lane", "text", (column) => column.notNull().defaultTo("bot"))
    .execute();
  await db.schema.createIndex("inbox_by_lane").on("inbox").columns(["lane", "handled_at", "position"]).execute();
}
