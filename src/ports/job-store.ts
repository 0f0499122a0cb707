import type { JsonObject } from "../matrix/json.ts";
import type { AuditEntry } from "./audit-log.ts";

export const JOB_KINDS = [
  "export",
  "import",
  "gdpr_export",
  "space_export",
  "predecessors_export",
  "space_import",
  "convert",
] as const;
export type JobKind = (typeof JOB_KINDS)[number];
export const JOB_STATES = ["queued", "running", "succeeded", "failed", "cancelled"] as const;
export type JobState = (typeof JOB_STATES)[number];
export type JobOutcome = Exclude<JobState, "queued" | "running">;

export interface JobProgress {
  done: number;
  /** null while it is not known */
  total: number | null;
  unit: "events" | "rooms";
  /** events a second during the last half minute; absent while it is not known */
  rate?: number;
}

/** What the progress of such a job counts. */
export function unitOf(kind: JobKind): JobProgress["unit"] {
  return isCollection(kind) ? "rooms" : "events";
}

/** Does such a job make rooms? What it was given is no result of it. */
export function isImport(kind: JobKind): boolean {
  return kind === "import" || kind === "space_import";
}

/** Does such a job export many rooms into one collection? */
export function isCollection(kind: JobKind): boolean {
  return kind === "gdpr_export" || kind === "space_export" || kind === "predecessors_export";
}

/** Why a job failed, for its owner. */
export interface JobError {
  errcode: string;
  /** what happened, and what to do */
  error: string;
  /** can a retry help? */
  retry: boolean;
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
  /** what of it is in words of people: `subject`, what it is about, and what its kind adds; null: nothing */
  words: JsonObject | null;
  progress: JobProgress;
  /** export: the source room, or the space; import: the new room, null until it is made; else null */
  room_id: string | null;
  report: JsonObject | null;
  error: JobError | null;
  /** milliseconds since the epoch */
  created_at: number;
  finished_at: number | null;
  cancel_requested: boolean;
  /** cancelled, or to be cancelled, in such a way that it can go on later */
  keep: boolean;
  /** what an ended job still has: `kept` for a retry, or `due` to be given back; null: nothing, or it has not ended */
  held: "kept" | "due" | null;
  /** the number of times that the job was claimed: the fence of its latest run */
  fence: number;
  /** the number of runs, since the job last got any further, that ended without a word: their process died, or was cut off */
  lost_runs: number;
}

/** The right of one run to a job, from `claim` on until the lease lapses and somebody else claims the job: that raises the fence. */
export type Lease = Pick<Job, "id" | "fence">;

/** The job is not this run's any more: it must stop at once, and leave everything as it is. */
export class LeaseLost extends Error {
  constructor(id: string) {
    super(`job ${id} belongs to another run, or has ended`);
    this.name = "LeaseLost";
  }
}

/** The owner has as many unfinished jobs as they may have. */
export class TooManyJobs extends Error {
  constructor() {
    super("too many jobs");
    this.name = "TooManyJobs";
  }
}

/** Which jobs. */
export interface JobFilter {
  owner?: string;
  kind?: JobKind;
  state?: JobState;
}

/** What the requester has wished since. */
export type Wish = Pick<Job, "cancel_requested" | "keep">;

/**
 * Durable jobs: what a call has answered survives a crash. Every method can throw StoreAway. An `audit` entry is recorded together
 * with the change that it tells of, or neither is; the job's id and room are added to it.
 */
export interface JobStore {
  /**
   * `id`: where what the job needs was stored under its id before; otherwise one is made up. `atMost`: jobs of this owner that may
   * be queued or running, this one included.
   * @throws TooManyJobs
   */
  create(
    job: Pick<Job, "kind" | "owner" | "params" | "room_id"> & Partial<Pick<Job, "id" | "words">>,
    atMost?: number,
    audit?: AuditEntry,
  ): Promise<Job>;
  get(id: string): Promise<Job | undefined>;
  /** Newest first. @param after id of the job that comes before the first one; none come after a job that there is not */
  list(filter: JobFilter, page: { after?: string | undefined; limit: number }): Promise<Job[]>;
  /** Exports of this room and imports that made it, ended ones too. */
  ofRoom(roomId: string): Promise<Job[]>;
  /**
   * Jobs of this owner for which a bundle may be kept, oldest first: those that are not done, that wait for a retry, and exports
   * (not those of all rooms) and conversions that have succeeded since that time (milliseconds since the epoch).
   */
  keeping(owner: string, since: number): Promise<Pick<Job, "id" | "kind" | "state">[]>;
  /** Imports of this owner whose parameters name one of these SHA-256 (hexadecimal), ended ones too, newest first. */
  importsNaming(owner: string, hashes: readonly string[]): Promise<Job[]>;
  /** How many jobs of this owner are queued or running. */
  unfinished(owner: string): Promise<number>;
  /** Does anybody run an import? */
  importing(): Promise<boolean>;
  /**
   * Takes a job for `leaseMs`: first one whose lease has lapsed, then of the owner with the fewest running jobs the oldest queued one.
   * Gives undefined where none waits.
   */
  claim(worker: string, leaseMs: number): Promise<Job | undefined>;
  /** Queues again all that is running, leases or not: for the start of the only process that runs jobs. Gives their number. */
  requeueRunning(): Promise<number>;
  /** Makes the lease `leaseMs` long again, and stores how far the job is. @throws LeaseLost */
  heartbeat(lease: Lease, leaseMs: number, progress: JobProgress): Promise<Wish>;
  /** Queues the job again: somebody else may go on with it at once. @throws LeaseLost */
  handBack(lease: Lease, progress: JobProgress): Promise<void>;
  /** Gives the job as it ended; what it held is kept where it failed or was cancelled with `keep`. @throws LeaseLost */
  finish(
    lease: Lease,
    state: JobOutcome,
    result: { progress: JobProgress; report?: JsonObject; error?: JobError; keep?: boolean },
    audit?: AuditEntry,
  ): Promise<Job>;
  /**
   * Ends a job that nobody runs; one that somebody runs is marked. One that has ended stays as it is, but without `keep` what it has kept
   * for a retry is due to be given back. Gives the job as it is then.
   * @param audit of the wish, and of the end where the job ends with it
   */
  requestCancel(id: string, keep: boolean, audit?: { wish: AuditEntry; end: AuditEntry }): Promise<Job | undefined>;
  /**
   * Queues a job again that has ended and kept what it had. Gives undefined where it is not so.
   * @throws TooManyJobs
   */
  retry(id: string, atMost?: number, audit?: AuditEntry): Promise<Job | undefined>;
  /** What jobs that ended before that time (milliseconds since the epoch) have kept for a retry is due to be given back. */
  expire(before: number): Promise<void>;
  /** Jobs that ended more than `ageMs` ago and still hold what is due, some at a time: somebody died over it. */
  unreleased(ageMs: number): Promise<Job[]>;
  /** What was due is given back. */
  released(id: string): Promise<void>;
}
