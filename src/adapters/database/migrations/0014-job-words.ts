import type { Kysely } from "kysely";

/** What of a job is in words of people, sealed: names of rooms, conversations and files. */
export async function up(db: Kysely<never>): Promise<void> {
  await db.schema.alterTable("jobs").addColumn("words", "text").execute();
}
