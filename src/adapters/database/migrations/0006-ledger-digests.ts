import { createHash } from "node:crypto";
import type { Kysely } from "kysely";

interface Lines {
  import_ledger: { job_id: string; digest: string; position: number; entry: string };
  old_import_ledger: { job_id: string; entry: string; position: number };
}

/** An entry can be longer than what PostgreSQL takes into an index: its SHA-256 stands there instead. */
export async function up(db: Kysely<Lines>): Promise<void> {
  await db.schema.alterTable("import_ledger").renameTo("old_import_ledger").execute();
  await db.schema
    .createTable("import_ledger")
    .addColumn("job_id", "text", (column) => column.notNull())
    .addColumn("digest", "text", (column) => column.notNull())
    .addColumn("position", "bigint", (column) => column.notNull())
    .addColumn("entry", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("import_ledger_lines_pk", ["job_id", "digest"])
    .execute();
  for (const row of await db.selectFrom("old_import_ledger").selectAll().execute()) {
    const digest = createHash("sha256").update(row.entry).digest("hex");
    await db
      .insertInto("import_ledger")
      .values({ ...row, digest })
      .execute();
  }
  await db.schema.dropTable("old_import_ledger").execute();
}
