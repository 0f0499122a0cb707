import type { AuditEntry } from "../ports/audit-log.ts";
import { jobError } from "../requests/job-error.ts";
import { RequestError } from "../requests/failure.ts";
import type { Requester } from "../requests/requester.ts";

/** Who did it, and through which door, for an entry. */
export function actorOf({ userId, door }: Requester): Pick<AuditEntry, "actor" | "door"> {
  return { actor: userId, door };
}

/** What came of it, in codes: what the requester may not or cannot have is `refused`, what the service cannot do is `failed`. */
export function outcomeOf(error: unknown): Pick<AuditEntry, "outcome" | "reasons"> {
  if (!(error instanceof RequestError)) return { outcome: "failed", reasons: [jobError(error).errcode] };
  const { refused, errcode, reasons } = error;
  return { outcome: refused ? "refused" : "failed", reasons: [errcode, ...reasons.map(({ code }) => code)] };
}
