import type { ServiceContext } from "../context.ts";
import { AuditRetention } from "../../audit/audit-retention.ts";
import { readAudit, type AuditReading } from "../../audit/read-audit.ts";
import { TokenFailures } from "../../audit/token-failures.ts";

/** What reads the audit log, looks after it, and counts for it. */
export function createAudit({ audit: log, counted, operate, config, sweeps: times, logger }: ServiceContext): {
  reading: AuditReading;
  retention: AuditRetention;
  tokenFailures: TokenFailures;
} {
  const retentionDays = config.audit.retention_days;
  return {
    reading: readAudit({ operate, log }),
    retention: new AuditRetention({ log, retentionDays, times, logger }),
    tokenFailures: new TokenFailures(counted),
  };
}
