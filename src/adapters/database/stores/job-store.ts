import { randomBytes } from "node:crypto";
import { sql, type Kysely, type Selectable, type Transaction, type UpdateObject } from "kysely";
import type { AuditEntry } from "../../../ports/audit-log.ts";
import type { Clock } from "../../../ports/clock.ts";
import {
  isImport,
  JOB_KINDS,
  LeaseLost,
  TooManyJobs,
  type Job,
  type JobKind,
  type JobState,
  type JobStore,
} from "../../../ports/job-store.ts";
import { auditWriter } from "./audit-log.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Database } from "../database.ts";
import { progressColumns, toJob } from "./job-row.ts";
import type { JobsTable, Tables } from "../tables.ts";

/** Tells that a job waits, as a part of the transaction that queues it. */
export type Announce = (transaction: Transaction<Tables>, jobId: string) => Promise<void>;

const UNFINISHED = ["queued", "running"];
const IMPORTS = JOB_KINDS.filter(isImport);
/** Looked for in one statement. */
const HASHES = 50;
/** What has succeeded, and can be made again. */
const GIVES_WAY = ["export", "space_export", "predecessors_export", "convert"];

/** Jobs in the database. */
export function jobStore(database: Database, clock: Clock, announce: Announce = () => Promise.resolve()): JobStore {
  const { kysely, now, sealing } = database;
  const jobOf = (row: Selectable<JobsTable>): Job => toJob(row, sealing);
  const until = (leaseMs: number) => sql<number>`${now} + ${sql.lit(leaseMs)}`;
  const lapsed = sql<boolean>`lease_until < ${now}`;
  /** Of a job whose run has ended without a word. */
  const lostRuns = sql<number>`case when progress_done > lost_at then 1 else lost_runs + 1 end`;
  const lostAt = sql<number>`case when progress_done > lost_at then progress_done else lost_at end`;

  /** One change of a running job by the run that holds it, or LeaseLost. */
  const change = (db: Kysely<Tables>, id: string, fence: number, values: UpdateObject<Tables, "jobs">) =>
    db
      .updateTable("jobs")
      .set(values)
      .where("id", "=", id)
      .where("fence", "=", fence)
      .where("state", "=", "running")
      .returningAll()
      .executeTakeFirstOrThrow(() => new LeaseLost(id));

  const unfinished = async (db: Kysely<Tables>, owner: string): Promise<number> => {
    const row = await db
      .selectFrom("jobs")
      .select((query) => query.fn.countAll<number>().as("count"))
      .where("owner", "=", owner)
      .where("state", "in", UNFINISHED)
      .executeTakeFirstOrThrow();
    return row.count;
  };

  const requireRoom = async (transaction: Transaction<Tables>, owner: string, atMost: number): Promise<void> => {
    if (atMost === Infinity) return;
    await database.oneAtATime(transaction, owner);
    if ((await unfinished(transaction, owner)) >= atMost) throw new TooManyJobs();
  };

  const write = auditWriter(clock);
  const tell = async (transaction: Transaction<Tables>, job: Job, entry: AuditEntry | undefined): Promise<void> => {
    if (entry) await write(transaction, { ...entry, job_id: job.id, room_id: job.room_id });
  };

  return {
    async create(
      { id = randomBytes(8).toString("hex"), kind, owner, params, words = null, room_id },
      atMost = Infinity,
      audit,
    ) {
      return inTransaction(kysely, async (transaction) => {
        await requireRoom(transaction, owner, atMost);
        const row = await transaction
          .insertInto("jobs")
          .values({
            id,
            kind,
            state: "queued",
            owner,
            params: JSON.stringify(params),
            words: words === null ? null : sealing.seal(JSON.stringify(words)),
            progress_done: 0,
            progress_total: null,
            progress_rate: null,
            room_id,
            report: null,
            error: null,
            created_at: clock.now(),
            finished_at: null,
            cancel_requested: 0,
            worker: null,
            lease_until: null,
            fence: 0,
            lost_runs: 0,
            lost_at: 0,
            keep: 0,
            held: null,
          })
          .returningAll()
          .executeTakeFirstOrThrow();
        await announce(transaction, id);
        const job = jobOf(row);
        await tell(transaction, job, audit);
        return job;
      });
    },

    async get(id) {
      const row = await kysely.selectFrom("jobs").selectAll().where("id", "=", id).executeTakeFirst();
      return row && jobOf(row);
    },

    async list(filter, { after, limit }) {
      let jobs = kysely.selectFrom("jobs").selectAll().orderBy("created_at", "desc").orderBy("id", "desc");
      for (const column of ["owner", "kind", "state"] as const) {
        const wanted = filter[column];
        if (wanted !== undefined) jobs = jobs.where(column, "=", wanted);
      }
      if (after !== undefined) {
        const last = kysely.selectFrom("jobs").select(["created_at", "id"]).where("id", "=", after);
        jobs = jobs.where((is) => is(is.refTuple("created_at", "id"), "<", last.$asTuple("created_at", "id")));
      }
      return (await jobs.limit(limit).execute()).map(jobOf);
    },

    async ofRoom(roomId) {
      return (await kysely.selectFrom("jobs").selectAll().where("room_id", "=", roomId).execute()).map(jobOf);
    },

    async keeping(owner, since) {
      const rows = await kysely
        .selectFrom("jobs")
        .select(["id", "kind", "state"])
        .where("owner", "=", owner)
        .where((is) =>
          is.or([
            is.and([is("state", "in", UNFINISHED), is("kind", "!=", "gdpr_export")]),
            is.and([is("held", "is not", null), is("kind", "!=", "gdpr_export")]),
            is.and([is("state", "=", "succeeded"), is("kind", "in", GIVES_WAY), is("finished_at", ">=", since)]),
          ]),
        )
        .orderBy("created_at")
        .orderBy("id")
        .execute();
      return rows.map(({ id, kind, state }) => ({ id, kind: kind as JobKind, state: state as JobState }));
    },

    async importsNaming(owner, hashes) {
      const found: Selectable<JobsTable>[] = [];
      for (let start = 0; start < hashes.length; start += HASHES) {
        const wanted = hashes.slice(start, start + HASHES).map((hash) => `%"${hash}"%`);
        const rows = await kysely
          .selectFrom("jobs")
          .selectAll()
          .where("owner", "=", owner)
          .where("kind", "in", IMPORTS)
          .where((is) => is.or(wanted.map((pattern) => is("params", "like", pattern))))
          .execute();
        found.push(...rows.filter(({ id }) => !found.some((known) => known.id === id)));
      }
      return found.sort((a, b) => b.created_at - a.created_at || (a.id < b.id ? 1 : -1)).map(jobOf);
    },

    unfinished: (owner) => unfinished(kysely, owner),

    async importing() {
      const running = kysely
        .selectFrom("jobs")
        .select("id")
        .where("state", "=", "running")
        .where("kind", "in", IMPORTS);
      return (await running.limit(1).executeTakeFirst()) !== undefined;
    },

    async claim(worker, leaseMs) {
      const busy = kysely
        .selectFrom("jobs")
        .select(["owner", (query) => query.fn.countAll().as("jobs")])
        .where("state", "=", "running")
        .where("lease_until", ">=", now)
        .groupBy("owner");
      const next = kysely
        .selectFrom("jobs as waiting")
        .leftJoin(busy.as("busy"), "busy.owner", "waiting.owner")
        .select("waiting.id")
        .where((is) =>
          is.or([is("state", "=", "queued"), is.and([is("state", "=", "running"), is("lease_until", "<", now)])]),
        )
        // "queued" comes before "running"
        .orderBy("state", "desc")
        .orderBy((query) => query.fn.coalesce("busy.jobs", sql<number>`0`))
        .orderBy("created_at")
        .orderBy("waiting.id")
        .limit(1)
        .modifyEnd(database.lockedUnlessTaken("waiting"));
      const row = await kysely
        .updateTable("jobs")
        .set((column) => ({
          state: "running",
          worker,
          lease_until: until(leaseMs),
          fence: column("fence", "+", 1),
          lost_runs: sql<number>`case when state = 'running' then ${lostRuns} else lost_runs end`,
          lost_at: sql<number>`case when state = 'running' then ${lostAt} else lost_at end`,
        }))
        .where("id", "=", next)
        .returningAll()
        .executeTakeFirst();
      return row && jobOf(row);
    },

    async requeueRunning() {
      const result = await kysely
        .updateTable("jobs")
        .set({ state: "queued", worker: null, lease_until: null, lost_runs: lostRuns, lost_at: lostAt })
        .where("state", "=", "running")
        .executeTakeFirst();
      return Number(result.numUpdatedRows);
    },

    async heartbeat({ id, fence }, leaseMs, progress) {
      const values = { lease_until: until(leaseMs), ...progressColumns(progress) };
      const { cancel_requested, keep } = jobOf(await change(kysely, id, fence, values));
      return { cancel_requested, keep };
    },

    async handBack({ id, fence }, { rate: _stopped, ...progress }) {
      await inTransaction(kysely, async (transaction) => {
        const free = { state: "queued", worker: null, lease_until: null };
        await change(transaction, id, fence, { ...free, ...progressColumns(progress) });
        await announce(transaction, id);
      });
    },

    async finish({ id, fence }, state, { progress, report, error, keep = false }, audit) {
      return inTransaction(kysely, async (transaction) => {
        const row = await change(transaction, id, fence, {
          state,
          ...progressColumns({ done: progress.done, total: progress.total, unit: progress.unit }),
          report: report ? sealing.seal(JSON.stringify(report)) : null,
          error: error ? JSON.stringify(error) : null,
          finished_at: clock.now(),
          worker: null,
          lease_until: null,
          keep: keep ? 1 : 0,
          held: keep || state === "failed" ? "kept" : "due",
        });
        const job = jobOf(row);
        await tell(transaction, job, audit);
        return job;
      });
    },

    async requestCancel(id, keep, audit) {
      const wish = { cancel_requested: 1, keep: keep ? 1 : 0 };
      const job = await inTransaction(kysely, async (transaction) => {
        const ended = await transaction
          .updateTable("jobs")
          .set({ ...wish, state: "cancelled", finished_at: clock.now(), worker: null, lease_until: null })
          .set({ held: keep ? "kept" : "due" })
          .where("id", "=", id)
          .where((is) => is.or([is("state", "=", "queued"), is.and([is("state", "=", "running"), lapsed])]))
          .returningAll()
          .executeTakeFirst();
        const marked =
          ended ??
          (await transaction
            .updateTable("jobs")
            .set(wish)
            .where("id", "=", id)
            .where("state", "=", "running")
            .returningAll()
            .executeTakeFirst());
        const givenUp =
          marked || keep
            ? undefined
            : await transaction
                .updateTable("jobs")
                .set({ held: "due" })
                .where("id", "=", id)
                .where("held", "=", "kept")
                .returningAll()
                .executeTakeFirst();
        if (givenUp) {
          await tell(transaction, jobOf(givenUp), audit?.wish);
          return jobOf(givenUp);
        }
        if (!marked) return undefined;
        await tell(transaction, jobOf(marked), audit?.wish);
        if (ended) await tell(transaction, jobOf(ended), audit?.end);
        return jobOf(marked);
      });
      return job ?? (await this.get(id));
    },

    async retry(id, atMost = Infinity, audit) {
      return inTransaction(kysely, async (transaction) => {
        const again = await transaction
          .updateTable("jobs")
          .set({ state: "queued", error: null, finished_at: null, cancel_requested: 0, keep: 0, held: null })
          .set({ lost_runs: 0 })
          .where("id", "=", id)
          .where("held", "=", "kept")
          .returningAll()
          .executeTakeFirst();
        if (!again) return undefined;
        // the job itself counts already
        await requireRoom(transaction, again.owner, atMost + 1);
        await announce(transaction, id);
        const job = jobOf(again);
        await tell(transaction, job, audit);
        return job;
      });
    },

    async expire(before) {
      await kysely
        .updateTable("jobs")
        .set({ held: "due" })
        .where("held", "=", "kept")
        .where("finished_at", "<", before)
        .execute();
    },

    async unreleased(ageMs) {
      const rows = await kysely
        .selectFrom("jobs")
        .selectAll()
        .where("held", "=", "due")
        .where("finished_at", "<", clock.now() - ageMs)
        .orderBy("finished_at")
        .limit(100)
        .execute();
      return rows.map(jobOf);
    },

    async released(id) {
      await kysely.updateTable("jobs").set({ held: null }).where("id", "=", id).where("held", "=", "due").execute();
    },
  };
}
