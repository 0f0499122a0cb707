import type { AuditEntry } from "../../ports/audit-log.ts";
import { RequestError } from "./failure.ts";
import { jobError } from "./job-error.ts";

/** What came of it, in codes: what the requester may not or cannot have is `refused`, what the service cannot do is `failed`. */
export function outcomeOf(error: unknown): Pick<AuditEntry, "outcome" | "reasons"> {
  if (!(error instanceof RequestError)) return { outcome: "failed", reasons: [jobError(error).errcode] };
  const { refused, errcode, reasons } = error;
  return { outcome: refused ? "refused" : "failed", reasons: [errcode, ...reasons.map(({ code }) => code)] };
}
