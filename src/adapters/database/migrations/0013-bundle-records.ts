import type { Kysely } from "kysely";

/** What has to be found again when a room is closed or becomes incognito: collections that hold it, and copies that were delivered. */
export async function up(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable("collection_rooms")
    .addColumn("job_id", "text", (column) => column.notNull())
    .addColumn("room_id", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("collection_rooms_key", ["job_id", "room_id"])
    .execute();
  await db.schema.createIndex("collection_rooms_by_room").on("collection_rooms").column("room_id").execute();
  await db.schema
    .createTable("delivered_bundles")
    .addColumn("uri", "text", (column) => column.primaryKey())
    .addColumn("job_id", "text", (column) => column.notNull())
    .execute();
}
