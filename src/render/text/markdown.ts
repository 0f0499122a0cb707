import TurndownService from "turndown";
import type { Conversation } from "../timeline/conversation.ts";
import { itemLines, type ItemLines } from "./item-lines.ts";
import { oneLine, printable, timeText } from "./line-text.ts";

/**
 * A transcript in Markdown (CommonMark), piece by piece: a heading a day, and formatted messages with their formatting.
 * @throws BundleError
 */
export async function* asMarkdown(conversation: Conversation): AsyncGenerator<string, void, undefined> {
  const { room, source } = conversation.source.head;
  yield `# ${escaped(oneLine(room.name ?? source.room_id))}\n`;
  let day = "";
  for await (const item of itemLines(conversation)) {
    const [date = "", time = ""] = timeText(item.ts).split(" ");
    if (date !== day) yield `\n## ${date}\n`;
    day = date;
    const name = escaped(oneLine(item.name));
    const notes = [`#${item.number}`, time, ...item.notes].filter(Boolean).join(" · ");
    const reactions = item.reactions.map((line) => `\n\n${escaped(oneLine(line))}`);
    const said =
      item.way === "said"
        ? `**${name}** (${notes})\n\n${saidText(item)}`
        : `*${name} ${escaped(oneLine(item.text))}* (${notes})`;
    yield `\n${printable(`${said}${reactions.join("")}`)}\n`;
  }
}

/** With its formatting, if it has any. */
function saidText({ html, text }: ItemLines): string {
  try {
    return service.turndown(html?.() ?? "") || escapedLines(text);
  } catch {
    // whatever it is that cannot be rewritten, its plain text can be read
    return escapedLines(text);
  }
}

const service = new TurndownService({
  headingStyle: "atx",
  codeBlockStyle: "fenced",
  bulletListMarker: "-",
  emDelimiter: "*",
});
const escapeMarkdown = service.escape.bind(service);
/** The library leaves alone what would be HTML again. */
service.escape = (text) => escapeMarkdown(text).replaceAll(/[<&]/g, (char) => (char === "<" ? "&lt;" : "&amp;"));

function escaped(text: string): string {
  return service.escape(text);
}

/** Plain text, line by line; none of its lines begins something. */
function escapedLines(text: string): string {
  return text
    .trim()
    .split("\n")
    .map((line) => escaped(line.trim()))
    .join("\\\n")
    .replaceAll(/(?:\\\n){2,}/g, "\n\n");
}
