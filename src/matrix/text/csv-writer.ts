import { stringify } from "csv-stringify/sync";

/** RFC 4180, also for readers to whom a lone LF or CR ends a row */
const EXACT = { record_delimiter: "\r\n", quoted_match: /[\r\n]/ };
/** What a spreadsheet would take for a formula gets an apostrophe before it. */
const FOR_SPREADSHEETS = { ...EXACT, escape_formulas: true };

/** Puts rows into the form of CSV. */
export interface CsvWriter {
  /** what a file begins with */
  head(columns: readonly string[]): string;
  rows(rows: readonly (readonly string[])[]): string;
}

/** @param spreadsheet nothing is a formula, and so not every cell is exact; with a byte order mark, by which spreadsheets know UTF-8 */
export function csvWriter(spreadsheet: boolean): CsvWriter {
  const options = spreadsheet ? FOR_SPREADSHEETS : EXACT;
  return {
    head: (columns) => stringify([[...columns]], { ...options, bom: spreadsheet }),
    rows: (rows) => stringify([...rows], options),
  };
}
