import type { Readable } from "node:stream";
import type { ExportOptions, ReadyBundle } from "../exports/options.ts";
import type { Requester } from "../requests/requester.ts";
import type { Job } from "../ports/job-store.ts";
import type { JsonObject } from "../matrix/json.ts";
import { outlook } from "../jobs/pace.ts";

/**
 * All that the doors (HTTP, bot) can ask for. Every method throws RequestError. A `requestId` names the request (for the bot: the
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
    error: job.error && { ...job.error },
  };
}
