import type { Selectable } from "kysely";
import { isObject, member, parseJson, stringMember, type JsonObject } from "../../../matrix/json.ts";
import {
  unitOf,
  type Job,
  type JobError,
  type JobKind,
  type JobProgress,
  type JobState,
} from "../../../ports/job-store.ts";
import type { Sealing } from "../sealing.ts";
import type { JobsTable } from "../tables.ts";

/** A row as the job that it holds. */
export function toJob(row: Selectable<JobsTable>, sealing: Sealing): Job {
  const error = objectOf(row.error);
  return {
    id: row.id,
    kind: row.kind as JobKind,
    state: row.state as JobState,
    owner: row.owner,
    params: objectOf(row.params) ?? {},
    words: unsealed(row.words, sealing),
    progress: toProgress(row),
    room_id: row.room_id,
    report: unsealed(row.report, sealing),
    error: error ? toError(error) : null,
    created_at: row.created_at,
    finished_at: row.finished_at,
    cancel_requested: row.cancel_requested !== 0,
    keep: row.keep !== 0,
    held: row.held as Job["held"],
    fence: row.fence,
    lost_runs: row.lost_runs,
  };
}

/** Rows of jobs that failed before errors said whether a retry helps say that it does not. */
function toError(error: JsonObject): JobError {
  const [errcode = "", text = ""] = [stringMember(error, "errcode"), stringMember(error, "error")];
  return { errcode, error: text, retry: member(error, "retry") === true };
}

/** How far a job is, for its row. */
export function progressColumns({
  done,
  total,
  rate,
}: JobProgress): Pick<JobsTable, "progress_done" | "progress_total" | "progress_rate"> {
  return { progress_done: done, progress_total: total, progress_rate: rate ?? null };
}

function toProgress({ kind, progress_done, progress_total, progress_rate }: Selectable<JobsTable>): JobProgress {
  const rate = progress_rate === null ? {} : { rate: progress_rate };
  return { done: progress_done, total: progress_total, unit: unitOf(kind as JobKind), ...rate };
}

/** null also where the service has another secret now */
function unsealed(stored: string | null, sealing: Sealing): JsonObject | null {
  return stored === null ? null : (objectOf(sealing.open(stored) ?? null) ?? null);
}

function objectOf(text: string | null): JsonObject | undefined {
  const value = text === null ? null : parseJson(text);
  return isObject(value) ? value : undefined;
}
