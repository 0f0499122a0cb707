import type { Kysely } from "kysely";
import type { JobKind, JobState } from "../../../ports/job-store.ts";
import type { Census } from "../../../ports/metrics.ts";
import type { Tables } from "../tables.ts";

/** Counts jobs and the inbox. */
export async function takeCensus(db: Kysely<Tables>): Promise<Omit<Census, "schedules">> {
  const jobs = await db
    .selectFrom("jobs")
    .select(["kind", "state", (query) => query.fn.countAll().as("count")])
    .groupBy(["kind", "state"])
    .execute();
  const oldest = await db
    .selectFrom("jobs")
    .select((query) => query.fn.min("created_at").as("created_at"))
    .where("state", "=", "queued")
    .executeTakeFirst();
  const inbox = await db
    .selectFrom("inbox")
    .select((query) => query.fn.countAll().as("count"))
    .where("handled_at", "is", null)
    .executeTakeFirst();
  const since: unknown = oldest?.created_at;
  return {
    jobs: jobs.map(({ kind, state, count }) => ({
      kind: kind as JobKind,
      state: state as JobState,
      count: Number(count),
    })),
    oldestQueuedAt: since === null || since === undefined ? undefined : Number(since),
    inbox: Number(inbox?.count ?? 0),
  };
}
