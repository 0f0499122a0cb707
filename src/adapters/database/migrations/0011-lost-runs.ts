import type { Kysely } from "kysely";

/** How often the run of a job ended without a word, and how far the job was then: some jobs kill every process that does them. */
export async function up(db: Kysely<never>): Promise<void> {
  const jobs = db.schema.alterTable("jobs");
  await jobs.addColumn("lost_runs", "integer", (column) => column.notNull().defaultTo(0)).execute();
  await jobs.addColumn("lost_at", "bigint", (column) => column.notNull().defaultTo(0)).execute();
}
