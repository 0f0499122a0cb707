import type { JsonObject } from "../matrix/json.ts";

export type JobKind = "export" | "import";
export type JobState = "queued" | "running" | "succeeded" | "failed" | "cancelled";

export interface JobProgress {
  done: number;
  /** null while it is not known */
  total: number | null;
  unit: "events";
}

/** One piece of long work; the shape that every door shows (with `job_id` for `id`). */
export interface Job {
  id: string;
  kind: JobKind;
  state: JobState;
  /** user id of the requester: the job is theirs, and admins' */
  owner: string;
  /** what the job needs to run, and to run again after a crash; never a token */
  params: JsonObject;
  progress: JobProgress;
  /** export: the source room; import: the new room, null until it is made */
  room_id: string | null;
  report: JsonObject | null;
  error: { errcode: string; error: string } | null;
  /** milliseconds since the epoch */
  created_at: number;
  finished_at: number | null;
  cancel_requested: boolean;
}

/** Durable jobs: what a call has answered survives a crash. */
export interface JobStore {
  /** `id`: where what the job needs was stored under its id before; otherwise one is made up. */
  create(job: { id?: string; kind: JobKind; owner: string; params: JsonObject; room_id: string | null }): Promise<Job>;
  get(id: string): Promise<Job | undefined>;
  /** newest first; of one owner, or of all */
  list(owner: string | undefined, limit: number): Promise<Job[]>;
  /** Takes the oldest queued job and marks it running; undefined where none waits. */
  claim(): Promise<Job | undefined>;
  /** Puts back what was running when the process died. Gives their number. */
  requeueRunning(): Promise<number>;
  progress(id: string, progress: JobProgress): Promise<void>;
  setRoom(id: string, roomId: string): Promise<void>;
  finish(
    id: string,
    state: "succeeded" | "failed" | "cancelled",
    result: { report?: JsonObject; error?: { errcode: string; error: string } },
  ): Promise<void>;
  requestCancel(id: string): Promise<void>;
}
