import type { Conversation } from "../timeline/conversation.ts";
import { itemLines } from "./item-lines.ts";
import { oneLine, printable, timeText } from "./line-text.ts";

/** A plain text transcript, piece by piece: each item with its number, time (UTC), author and text. @throws BundleError */
export async function* asText(conversation: Conversation): AsyncGenerator<string, void, undefined> {
  for await (const { number, ts, way, text, reactions, ...item } of itemLines(conversation)) {
    const name = oneLine(item.name);
    const notes = item.notes.length > 0 ? ` (${item.notes.join("; ")})` : "";
    const line = way === "said" ? `${name}${notes}: ${text}` : `* ${name} ${text}${notes}`;
    const lines = [`#${number} ${timeText(ts)} ${line}`, ...reactions.map(oneLine)];
    yield `${printable(lines.join("\n")).replaceAll("\n", "\n    ")}\n`;
  }
}
