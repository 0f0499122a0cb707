import type { Foundation } from "./foundation.ts";
import { AuditDesk } from "./jobs/audit-desk.ts";
import { AuditKeeping } from "./jobs/audit-keeping.ts";
import { TokenFailures } from "./jobs/token-failures.ts";

/** What reads the audit log, looks after it, and counts for it. */
export function theAudit({ audit: log, config, clock, logger }: Foundation): {
  desk: AuditDesk;
  keeping: AuditKeeping;
  tokenFailures: TokenFailures;
} {
  const retentionDays = config.audit.retention_days;
  return {
    desk: new AuditDesk(log),
    keeping: new AuditKeeping({ log, retentionDays, clock, logger }),
    tokenFailures: new TokenFailures(log, logger),
  };
}
