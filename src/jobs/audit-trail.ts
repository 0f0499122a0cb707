import type { AuditAction, AuditEntry } from "../ports/audit-log.ts";
import type { Job, JobEnd, JobKind } from "../ports/job-store.ts";
import { readGdprParams, readImportParams } from "./job-params.ts";
import { jobError } from "./job-error.ts";
import { PorterError, type Requester } from "./porter.ts";

const ACTIONS: Readonly<Record<JobKind, AuditAction>> = {
  export: "export",
  import: "import",
  gdpr_export: "gdpr_export",
};

/** Who did it, and through which door, for an entry. */
export function by({ userId, door }: Requester): Pick<AuditEntry, "actor" | "door"> {
  return { actor: userId, door };
}

/** What came of it, in codes: what the requester may not or cannot have is `refused`, what the service cannot do is `failed`. */
export function outcomeOf(error: unknown): Pick<AuditEntry, "outcome" | "reasons"> {
  if (!(error instanceof PorterError)) return { outcome: "failed", reasons: [jobError(error).errcode] };
  const { status, errcode, reasons } = error;
  return { outcome: status < 500 ? "refused" : "failed", reasons: [errcode, ...reasons.map(({ code }) => code)] };
}

/** How a job ended: by itself, so it names no door but the service. `error`: where it failed. */
export function endOfJob(job: Job, state: JobEnd, error?: unknown): AuditEntry {
  return {
    action: ACTIONS[job.kind],
    actor: job.owner,
    on_behalf_of: forWhom(job),
    door: "service",
    ...(state === "failed" ? outcomeOf(error) : { outcome: state === "succeeded" ? "done" : state }),
  };
}

function forWhom(job: Job): string | null {
  if (job.kind === "gdpr_export") return readGdprParams(job).userId ?? null;
  if (job.kind !== "import") return null;
  const { importingUser } = readImportParams(job);
  return importingUser === job.owner ? null : importingUser;
}
