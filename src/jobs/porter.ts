import type { Readable, Writable } from "node:stream";
import type { Door } from "../ports/audit-log.ts";
import type { Bookmark } from "../bundle/bookmark.ts";
import type { Job } from "../ports/job-store.ts";
import type { JsonObject } from "../matrix/json.ts";
import { outlook } from "./pace.ts";

/** Who asks, as a door has established it. */
export interface Requester {
  /** for an admin token: "admin:<its name in the config>" */
  userId: string;
  /** an admin token, or a user with permission `admin` */
  admin: boolean;
  /** true where an admin token was shown: there is no Matrix user behind it */
  adminToken: boolean;
  /** through which they came */
  door: Door;
  /** the requester's own Matrix access token, where the door has one: never stored, never logged */
  accessToken?: string;
}

/** What of a room to export. */
export interface ExportOptions {
  /** false: leave media files out (each is a ledger entry) */
  media: boolean;
  /** with a page to read it with */
  viewer?: boolean;
  /** milliseconds since the epoch: only events from then on / before then */
  since?: number;
  until?: number;
  /** only events by these users, or that an import brought and these first wrote */
  senders?: readonly string[];
  /** only the thread below this event */
  thread?: string;
  /** only what is not in the bundle that ends there, of the same part of the room */
  sinceBundle?: Bookmark;
}

/** A refusal, a fault or a wrong request, with what doors need to answer it. */
export class PorterError extends Error {
  readonly status: number;
  readonly errcode: string;
  readonly reasons: { code: string; message: string }[];

  constructor(status: number, errcode: string, message: string, reasons: { code: string; message: string }[] = []) {
    super(message);
    this.name = "PorterError";
    this.status = status;
    this.errcode = errcode;
    this.reasons = reasons;
  }
}

/** A bundle that is ready to be written out. */
export interface ReadyBundle {
  /** e.g. `tea-2026-11-22.zip`: ASCII, safe in a header */
  fileName: string;
  writeTo(out: Writable): Promise<unknown>;
  /** gives the spool's disk space back; call it whatever happened */
  dispose(): Promise<void>;
}

/**
 * All that the doors (HTTP, bot) can ask for. Every method throws PorterError. A `requestId` names the request (for the bot: the
 * command's event id): asked again under the same one, by the same requester, the same job is given and nothing started.
 */
export interface Porter {
  /**
   * Reads with the requester's own token (an admin token: as the service user, narrowed to `as`). While the room is read, `job` and
   * `watch` show it under `progressId`.
   */
  exportNow(
    roomId: string,
    requester: Requester,
    options: ExportOptions & { as?: string; progressId?: string },
    signal: AbortSignal,
  ): Promise<ReadyBundle>;
  /** Read as the service user, filtered to what the requester may see; the bundle is kept in the bundle store. */
  startExport(roomId: string, requester: Requester, options: ExportOptions & { requestId?: string }): Promise<Job>;
  /**
   * Takes a local file over, verifies it whole, and queues the import. `as`: the importing user, for admin tokens only; otherwise
   * the requester. `workspace`: room id, alias or slug.
   */
  startImport(
    file: string,
    requester: Requester,
    options: { workspace?: string; as?: string; requestId?: string },
  ): Promise<Job>;
  /** One's own job (admins: any). */
  job(id: string, requester: Requester): Promise<Job>;
  jobs(requester: Requester): Promise<Job[]>;
  /**
   * Ends a job; one that has ended stays as it is. `keep`: what it has made so far stays, for a retry; without it nothing half-made
   * is left.
   */
  cancel(id: string, requester: Requester, options?: { keep?: boolean }): Promise<Job>;
  /** Goes on with a job that has failed, or was cancelled with `keep`, from where it stood. */
  retry(id: string, requester: Requester): Promise<Job>;
  /** A call without `range` begins to hand the bundle out; those with one go on with that. */
  bundle(
    id: string,
    requester: Requester,
    range?: { start: number; end: number },
  ): Promise<{ body: Readable; size: number; fileName: string }>;
  /** Resolves once the job has ended, or after `milliseconds`. */
  wait(id: string, milliseconds: number, signal: AbortSignal): Promise<Job>;
  /** Calls back at each change of a job (progress, state) until the returned function is called. */
  watch(id: string, changed: (job: Job) => void): () => void;
}

/** The shape of a job at every door (`Job` without what is internal). */
export function publicJob(job: Job): JsonObject {
  const { done, total, unit } = job.progress;
  return {
    job_id: job.id,
    kind: job.kind,
    state: job.state,
    progress: { done, total, unit, ...outlook(job) },
    room_id: job.room_id,
    report: job.report,
    error: job.error,
  };
}
