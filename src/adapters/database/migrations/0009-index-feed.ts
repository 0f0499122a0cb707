import type { Kysely } from "kysely";

/** What the feed for indexers has to tell: where it stands, which rooms it holds, and pointers to their events. */
export async function up(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable("index_feed")
    .addColumn("one", "integer", (column) => column.primaryKey())
    .addColumn("id", "text", (column) => column.notNull())
    .addColumn("position", "bigint", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("index_rooms")
    .addColumn("room_id", "text", (column) => column.primaryKey())
    .addColumn("open", "integer", (column) => column.notNull())
    .addColumn("mark", "text")
    .execute();
  await db.schema
    .createTable("index_entries")
    .addColumn("position", "bigint", (column) => column.primaryKey())
    .addColumn("room_id", "text", (column) => column.notNull())
    .addColumn("event_id", "text")
    .addColumn("subject", "text")
    .addUniqueConstraint("index_entries_by_event", ["room_id", "event_id"])
    .execute();
}
