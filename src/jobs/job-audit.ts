import type { AuditEntry } from "../ports/audit-log.ts";
import type { Job, JobOutcome } from "../ports/job-store.ts";
import { outcomeOf } from "../requests/failures/outcome-of.ts";
import type { JobDefinition } from "./job-table.ts";

/** How a job ended: by itself, so it names no door but the service. `error`: where it failed. */
export function endOfJob(
  { action, onBehalfOf }: Pick<JobDefinition, "action" | "onBehalfOf">,
  job: Job,
  state: JobOutcome,
  error?: unknown,
): AuditEntry {
  return {
    action,
    actor: job.owner,
    on_behalf_of: onBehalfOf(job),
    door: "service",
    ...(state === "failed" ? outcomeOf(error) : { outcome: state === "succeeded" ? "done" : state }),
  };
}
