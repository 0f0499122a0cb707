import type { AuditEntry, AuditLog, AuditRow } from "../../../src/ports/audit-log.ts";
import { StoreAway } from "../../../src/ports/store-away.ts";

/** An audit log that forgets everything with the process, without hashes. `away`: every call fails. */
export interface MemoryAuditLog extends AuditLog {
  entries: AuditEntry[];
  away: boolean;
}

export function memoryAuditLog(): MemoryAuditLog {
  const row = (entry: AuditEntry, index: number): AuditRow => {
    const what = Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== null));
    const chain = { position: index + 1, at: "2026-11-26T00:00:00.000Z", previous_hash: "", hash: "" };
    return { ...what, ...chain } as unknown as AuditRow;
  };
  const log: MemoryAuditLog = {
    entries: [],
    away: false,
    async record(entry) {
      if (log.away) throw new StoreAway("test");
      log.entries.push(entry);
    },
    async list({ action, outcome, actor }, { after, limit, newestFirst }) {
      const rows = log.entries
        .map(row)
        .filter((each) => action === undefined || each.action === action)
        .filter((each) => outcome === undefined || each.outcome === outcome)
        .filter((each) => actor === undefined || each.actor === actor)
        .filter(({ position }) => after === undefined || (newestFirst ? position < after : position > after));
      return (newestFirst ? rows.reverse() : rows).slice(0, limit);
    },
    head: async () => undefined,
    trim: async () => 0,
  };
  return log;
}
