import { stringMember, type JsonObject } from "../matrix/json.ts";
import type { Job } from "../ports/job-store.ts";
import { outlook } from "./pace.ts";

/** The shape of a job at every door (`Job` without what is internal). */
export function publicJob(job: Job): JsonObject {
  const { done, total, unit } = job.progress;
  return {
    job_id: job.id,
    kind: job.kind,
    state: job.state,
    requester: job.owner,
    created_at: new Date(job.created_at).toISOString(),
    finished_at: job.finished_at === null ? null : new Date(job.finished_at).toISOString(),
    progress: { done, total, unit, ...outlook(job) },
    room_id: job.room_id,
    subject: stringMember(job.words, "subject") ?? null,
    report: job.report,
    kept: job.held === "kept",
    error: job.error && { ...job.error },
  };
}
