import { nameOf } from "../../bundle/profiles.ts";
import type { Entry } from "./transcript.ts";
import { wordsOf } from "./words.ts";

/** A plain text transcript, piece by piece: each entry with its number, time (UTC), author and text. */
export async function* asText(entries: AsyncIterable<Entry>): AsyncGenerator<string, void, undefined> {
  for await (const entry of entries) {
    const { number, original, author, editedAt } = entry;
    const { way, text } = wordsOf(entry);
    const name = oneLine(nameOf(author));
    const notes = [relationText(entry), editedAt === undefined ? "" : `edited ${timeText(editedAt)}`].filter(Boolean);
    const about = notes.length > 0 ? ` (${notes.join("; ")})` : "";
    const said = way === "said" ? `${name}${about}: ${text}` : `* ${name} ${text}${about}`;
    const lines = [`#${number} ${timeText(original.ts)} ${said}`, ...reactionLines(entry)];
    yield `${printable(lines.join("\n")).replaceAll("\n", "\n    ")}\n`;
  }
}

/** What an entry relates to: `in reply to #3`, `in thread #1`. */
export function relationText({ answers, thread }: Entry): string {
  const named = (to: number | "outside"): string => (to === "outside" ? "a message that is not here" : `#${to}`);
  const parts = [
    ...(thread === undefined ? [] : [`in thread ${named(thread)}`]),
    ...(answers === undefined ? [] : [`in reply to ${named(answers)}`]),
  ];
  return parts.join(", ");
}

export function reactionLines({ reactions }: Entry): string[] {
  return [...reactions].map(([key, names]) => `${oneLine(key)} ${names.map(oneLine).join(", ")}`);
}

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
