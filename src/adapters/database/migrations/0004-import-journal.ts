import type { Kysely } from "kysely";

/** What imports have done so far, so that they go on after any stop. */
export async function up(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable("import_rooms")
    .addColumn("job_id", "text", (column) => column.primaryKey())
    .addColumn("room_id", "text")
    .execute();
  await db.schema
    .createTable("import_events")
    .addColumn("job_id", "text", (column) => column.notNull())
    .addColumn("position", "integer", (column) => column.notNull())
    .addColumn("source_id", "text", (column) => column.notNull())
    .addColumn("bundle_id", "text", (column) => column.notNull())
    .addColumn("new_id", "text")
    .addColumn("sender", "text", (column) => column.notNull())
    .addColumn("type", "text", (column) => column.notNull())
    .addColumn("redacted_by", "text")
    .addColumn("redaction_done", "integer", (column) => column.notNull())
    .addColumn("redaction_target", "text")
    .addPrimaryKeyConstraint("import_events_pk", ["job_id", "position"])
    .execute();
  await db.schema.createIndex("import_events_source").on("import_events").columns(["job_id", "source_id"]).execute();
  await db.schema.createIndex("import_events_bundle").on("import_events").columns(["job_id", "bundle_id"]).execute();
  await db.schema
    .createTable("import_reactions")
    .addColumn("job_id", "text", (column) => column.notNull())
    .addColumn("target", "text", (column) => column.notNull())
    .addColumn("key", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("import_reactions_pk", ["job_id", "target", "key"])
    .execute();
  await db.schema
    .createTable("import_uploads")
    .addColumn("job_id", "text", (column) => column.notNull())
    .addColumn("sha256", "text", (column) => column.notNull())
    .addColumn("uri", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("import_uploads_pk", ["job_id", "sha256"])
    .execute();
  await db.schema
    .createTable("import_ledger")
    .addColumn("job_id", "text", (column) => column.notNull())
    .addColumn("entry", "text", (column) => column.notNull())
    .addColumn("position", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("import_ledger_pk", ["job_id", "entry"])
    .execute();
}
