import { sql, SqliteAdapter, type Kysely } from "kysely";

/**
 * The audit log, a chain of rows, and its two ends: `head`, the last row, and `anchor`, the last one that retention has removed. The
 * database itself refuses to change a row, or to remove one that is not behind the anchor.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("audit")
    .addColumn("position", "bigint", (column) => column.primaryKey())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("action", "text", (column) => column.notNull())
    .addColumn("outcome", "text", (column) => column.notNull())
    .addColumn("door", "text", (column) => column.notNull())
    .addColumn("actor", "text", (column) => column.notNull())
    .addColumn("on_behalf_of", "text")
    .addColumn("room_id", "text")
    .addColumn("target", "text")
    .addColumn("job_id", "text")
    .addColumn("reasons", "text")
    .addColumn("details", "text")
    .addColumn("count", "bigint")
    .addColumn("previous_hash", "text", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull())
    .execute();
  for (const column of ["at", "action", "actor", "room_id"] as const)
    await db.schema.createIndex(`audit_by_${column}`).on("audit").columns([column, "position"]).execute();
  await db.schema
    .createTable("audit_ends")
    .addColumn("name", "text", (column) => column.primaryKey())
    .addColumn("position", "bigint", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull())
    .execute();
  const statements = db.getExecutor().adapter instanceof SqliteAdapter ? SQLITE : POSTGRES;
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const REFUSAL = "the audit log is append-only";
const ANCHOR = "coalesce((select position from audit_ends where name = 'anchor'), 0)";

const SQLITE = [
  `create trigger audit_no_update before update on audit begin select raise(abort, '${REFUSAL}'); end`,
  `create trigger audit_no_delete before delete on audit when old.position > ${ANCHOR}
    begin select raise(abort, '${REFUSAL}'); end`,
];

const POSTGRES = [
  `create function audit_append_only() returns trigger language plpgsql as $$
  begin
    if tg_op = 'DELETE' then
      if old.position <= ${ANCHOR} then return old; end if;
    end if;
    raise exception '${REFUSAL}';
  end $$`,
  `create trigger audit_rows before update or delete on audit for each row execute function audit_append_only()`,
  `create trigger audit_whole before truncate on audit for each statement execute function audit_append_only()`,
];
