import type { Kysely } from "kysely";

/** Which process runs a job, until when, and which run of it that is; and what an ended job still has to give back. */
export async function up(db: Kysely<never>): Promise<void> {
  const jobs = db.schema.alterTable("jobs");
  await jobs.addColumn("progress_rate", "double precision").execute();
  await jobs.addColumn("worker", "text").execute();
  await jobs.addColumn("lease_until", "bigint").execute();
  await jobs.addColumn("fence", "bigint", (column) => column.notNull().defaultTo(0)).execute();
  await jobs.addColumn("keep", "integer", (column) => column.notNull().defaultTo(0)).execute();
  await jobs.addColumn("held", "text").execute();
  await db.schema.createIndex("jobs_by_owner_and_state").on("jobs").columns(["owner", "state"]).execute();
  await db.schema.createIndex("jobs_by_held").on("jobs").columns(["held", "finished_at"]).execute();
}
