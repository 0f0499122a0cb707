import { randomBytes } from "node:crypto";
import type { Kysely, Selectable } from "kysely";
import { isObject, parseJson, stringMember, type JsonObject } from "../../matrix/json.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Job, JobKind, JobState, JobStore } from "../../ports/job-store.ts";
import type { JobsTable, Tables } from "./tables.ts";

/** Jobs in the database. */
export function jobStore(db: Kysely<Tables>, clock: Clock): JobStore {
  return {
    async create({ id = randomBytes(8).toString("hex"), kind, owner, params, room_id }) {
      const row = await db
        .insertInto("jobs")
        .values({
          id,
          kind,
          state: "queued",
          owner,
          params: JSON.stringify(params),
          progress_done: 0,
          progress_total: null,
          room_id,
          report: null,
          error: null,
          created_at: clock.now(),
          finished_at: null,
          cancel_requested: 0,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return toJob(row);
    },

    async get(id) {
      const row = await db.selectFrom("jobs").selectAll().where("id", "=", id).executeTakeFirst();
      return row && toJob(row);
    },

    async list(owner, limit) {
      const all = db.selectFrom("jobs").selectAll().orderBy("created_at", "desc").orderBy("id", "desc").limit(limit);
      const rows = await (owner === undefined ? all : all.where("owner", "=", owner)).execute();
      return rows.map(toJob);
    },

    async claim() {
      const row = await db
        .updateTable("jobs")
        .set({ state: "running" })
        .where("state", "=", "queued")
        .where("id", "=", (query) =>
          query
            .selectFrom("jobs")
            .select("id")
            .where("state", "=", "queued")
            .orderBy("created_at")
            .orderBy("id")
            .limit(1),
        )
        .returningAll()
        .executeTakeFirst();
      return row && toJob(row);
    },

    async requeueRunning() {
      const result = await db
        .updateTable("jobs")
        .set({ state: "queued" })
        .where("state", "=", "running")
        .executeTakeFirst();
      return Number(result.numUpdatedRows);
    },

    async progress(id, { done, total }) {
      await db.updateTable("jobs").set({ progress_done: done, progress_total: total }).where("id", "=", id).execute();
    },

    async setRoom(id, roomId) {
      await db.updateTable("jobs").set({ room_id: roomId }).where("id", "=", id).execute();
    },

    async finish(id, state, { report, error }) {
      await db
        .updateTable("jobs")
        .set({
          state,
          report: report ? JSON.stringify(report) : null,
          error: error ? JSON.stringify(error) : null,
          finished_at: clock.now(),
        })
        .where("id", "=", id)
        .where("finished_at", "is", null)
        .execute();
    },

    async requestCancel(id) {
      await db.updateTable("jobs").set({ cancel_requested: 1 }).where("id", "=", id).execute();
    },
  };
}

function toJob(row: Selectable<JobsTable>): Job {
  const error = objectOf(row.error);
  return {
    id: row.id,
    kind: row.kind as JobKind,
    state: row.state as JobState,
    owner: row.owner,
    params: objectOf(row.params) ?? {},
    progress: {
      done: row.progress_done,
      total: row.progress_total,
      unit: "events",
    },
    room_id: row.room_id,
    report: objectOf(row.report) ?? null,
    error: error ? { errcode: stringMember(error, "errcode") ?? "", error: stringMember(error, "error") ?? "" } : null,
    created_at: row.created_at,
    finished_at: row.finished_at,
    cancel_requested: row.cancel_requested !== 0,
  };
}

function objectOf(text: string | null): JsonObject | undefined {
  const value = text === null ? null : parseJson(text);
  return isObject(value) ? value : undefined;
}
