import type { ServiceContext } from "./context.ts";
import { AuditDesk } from "../service/audit-desk.ts";
import { AuditRetention } from "../audit/audit-retention.ts";
import { TokenFailures } from "../audit/token-failures.ts";

/** What reads the audit log, looks after it, and counts for it. */
export function createAudit({ audit: log, config, clock, logger }: ServiceContext): {
  desk: AuditDesk;
  keeping: AuditRetention;
  tokenFailures: TokenFailures;
} {
  const retentionDays = config.audit.retention_days;
  return {
    desk: new AuditDesk(log),
    keeping: new AuditRetention({ log, retentionDays, clock, logger }),
    tokenFailures: new TokenFailures(log, logger),
  };
}
