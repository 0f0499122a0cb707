/** A moment as `2026-11-22 10:00:00`, UTC; a Matrix time may be any integer. */
export function timeText(ts: number): string {
  const date = new Date(ts);
  return Number.isNaN(date.getTime()) ? `${ts} ms` : date.toISOString().slice(0, 19).replace("T", " ");
}

export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

/** Nothing that a terminal would obey, and nothing that turns the direction of text. */
export function printable(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n").replaceAll(/[^\P{C}\n\t\u200d]|[\p{Zl}\p{Zp}]/gu, "\ufffd");
}
