import { z } from "zod";
import { AUDIT_ACTIONS, AUDIT_DETAILS, AUDIT_OUTCOMES } from "../../../ports/audit-log.ts";

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** A row of the audit log; what does not apply is absent. */
export const AUDIT_ROW = z
  .object({
    position: z.int().min(1),
    at: z.iso.datetime(),
    action: z.enum(AUDIT_ACTIONS),
    outcome: z.enum(AUDIT_OUTCOMES),
    door: z.enum(["http", "bot", "cli", "service"]),
    actor: z.string().describe("a user id, admin:NAME for an admin token, schedule:NAME, or service"),
    on_behalf_of: z.string().optional(),
    room_id: z.string().optional(),
    target: z.string().optional(),
    job_id: z.string().optional(),
    reasons: z.array(z.string()).optional().describe("error codes and codes of refusals"),
    details: z.array(z.enum(AUDIT_DETAILS)).optional(),
    count: z.int().optional(),
    previous_hash: hash,
    hash: hash.describe("SHA-256 of the canonical JSON of all other members"),
  })
  .meta({ id: "AuditRow" });
