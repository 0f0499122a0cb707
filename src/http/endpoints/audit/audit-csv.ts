import { csvWriter, type CsvWriter } from "../../../matrix/text/csv-writer.ts";
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

/** Rows of the audit log in one form, piece by piece. */
export interface AuditText {
  /** what the text begins with */
  head: string;
  of(rows: readonly AuditRow[]): string;
}

/** CSV (RFC 4180) with a head; lists are separated by spaces, what is absent is empty. */
export function auditCsv(spreadsheet: boolean): AuditText {
  const csv: CsvWriter = csvWriter(spreadsheet);
  return {
    head: csv.head(COLUMNS),
    of: (rows) => csv.rows(rows.map((row) => COLUMNS.map((column) => field(row[column])))),
  };
}

function field(value: string | number | string[] | undefined): string {
  return Array.isArray(value) ? value.join(" ") : String(value ?? "");
}
