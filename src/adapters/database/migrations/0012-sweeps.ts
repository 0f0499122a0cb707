import type { Kysely } from "kysely";

/** When retention was last at work, by the database's clock: what a clock that jumps would delete is not deleted. */
export async function up(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable("sweeps")
    .addColumn("name", "text", (column) => column.primaryKey())
    .addColumn("at", "bigint", (column) => column.notNull())
    .execute();
}
