import { outcomeOf } from "../audit/audit-trail.ts";
import { stringMember } from "../matrix/json.ts";
import type { AuditAction, AuditEntry } from "../ports/audit-log.ts";
import type { Job, JobEnd, JobKind } from "../ports/job-store.ts";

const ACTIONS: Readonly<Record<JobKind, AuditAction>> = {
  export: "export",
  import: "import",
  gdpr_export: "gdpr_export",
};

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

/** The user for whom it was, where that is not its owner: an import's future owner, or the subject of an export of all rooms. */
function forWhom({ params, owner }: Job): string | null {
  const user = stringMember(params, "importing_user") ?? stringMember(params, "user_id");
  return user === undefined || user === owner ? null : user;
}
