import type { AuditRow } from "../../../ports/audit-log.ts";

const COLUMNS = [
  "position",
  "at",
  "action",
  "outcome",
  "door",
  "actor",
  "on_behalf_of",
  "room_id",
  "target",
  "job_id",
  "reasons",
  "details",
  "count",
  "previous_hash",
  "hash",
] as const satisfies (keyof AuditRow)[];

/** CSV (RFC 4180) with a head; lists are separated by spaces, what is absent is empty. */
export const auditCsv = {
  head: COLUMNS.join(",") + "\r\n",
  line: (row: AuditRow): string => COLUMNS.map((column) => field(row[column])).join(",") + "\r\n",
};

function field(value: string | number | string[] | undefined): string {
  const text = Array.isArray(value) ? value.join(" ") : String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
