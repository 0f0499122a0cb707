import TurndownService from "turndown";
import { nameOf } from "../../bundle/profiles.ts";
import { stringMember } from "../../matrix/json.ts";
import { safeHtml } from "../../matrix/safe-html.ts";
import { oneLine, printable, reactionLines, relationText, timeText } from "./text.ts";
import type { Entry } from "./transcript.ts";
import { wordsOf } from "./words.ts";

const HTML = "org.matrix.custom.html";
const PLAIN = ["m.text", "m.notice"];

/** A transcript in Markdown (CommonMark), piece by piece: a heading a day, and formatted messages with their formatting. */
export async function* asMarkdown(
  entries: AsyncIterable<Entry>,
  title: string,
): AsyncGenerator<string, void, undefined> {
  yield `# ${escaped(oneLine(title))}\n`;
  let day = "";
  for await (const entry of entries) {
    const [date = "", time = ""] = timeText(entry.original.ts).split(" ");
    if (date !== day) yield `\n## ${date}\n`;
    day = date;
    const { way, text } = wordsOf(entry);
    const name = `**${escaped(oneLine(nameOf(entry.author)))}**`;
    const edited = entry.editedAt === undefined ? "" : `edited ${timeText(entry.editedAt)}`;
    const notes = [`#${entry.number}`, time, relationText(entry), edited].filter(Boolean).join(" · ");
    const reactions = reactionLines(entry).map((line) => `\n\n${escaped(line)}`);
    const said =
      way === "said"
        ? `${name} (${notes})\n\n${saidText(entry, text)}`
        : `*${name} ${escaped(oneLine(text))}* (${notes})`;
    yield `\n${printable(`${said}${reactions.join("")}`)}\n`;
  }
}

/** With its formatting, if it is a text that has any. */
function saidText({ content, original }: Entry, text: string): string {
  const html = stringMember(content, "formatted_body");
  const isFormatted =
    stringMember(content, "format") === HTML && PLAIN.includes(stringMember(content, "msgtype") ?? "");
  if (html === undefined || !isFormatted || original.redaction) return escapedLines(text);
  try {
    const safe = safeHtml(html, { image: () => undefined, withoutQuote: true });
    return service.turndown(safe) || escapedLines(text);
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
