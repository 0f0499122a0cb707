import { escapeHtml } from "./escape-html.ts";

/** Columns between two tab stops, as clients show plain text. */
const TAB = 8;
const SPACES = /\t|^ +| {2,}/g;

/** Plain text as HTML that looks the same: HTML folds white space, where plain text keeps it. */
export function textAsHtml(text: string): string {
  const lines = text.split(/\r\n|\n|\r/).map((line) => (/\t|^ | {2}/.test(line) ? withFixedSpaces(line) : line));
  return lines.map(escapeHtml).join("<br>");
}

/** Leading spaces, runs of spaces and tabs as no-break spaces. */
function withFixedSpaces(line: string): string {
  let added = 0;
  return line.replaceAll(SPACES, (space, at: number) => {
    const width = space === "\t" ? TAB - ((at + added) % TAB) : space.length;
    added += width - space.length;
    return "\u00a0".repeat(width);
  });
}
