import type { Fields } from "../../input/fields.ts";
import { fromMarkdown } from "../../text/markdown.ts";
import type { Said } from "../../text/html.ts";

/** Where marks are no marks. */
const VERBATIM = /(```[\s\S]*?```|~~~[\s\S]*?~~~|`[^`\n]*`)/;
/** Fences hold text with marks where they are no code. */
const TEXT_FENCE = /^(?:```|~~~)[ \t]*(?:quote|spoiler)\b/;
const USER = /@_?\*\*([^*|\n]+)(?:\|\d+)?\*\*/g;
const USERS = /@_?\*([^*\n]+)\*/g;
const CHANNEL = /#\*\*([^*>\n]+)(?:>([^*@\n]*))?(?:@\d+)?\*\*/g;
const TIME = /<time:([^>\n]+)>/g;
const EMOJI = /:([a-z0-9_+-]{1,80}):/g;
/** How the server shows an emoji: the characters, and the name that it was written with. */
const SHOWN_EMOJI = /class="emoji emoji-([0-9a-f-]{1,60})"[^>]*>:([a-z0-9_+-]{1,80}):</g;
/** A link to an upload of the same organization, with its label. */
const UPLOAD = /!?\[([^\]\n]*)\]\(\/user_uploads\/([^)\s]+)\)/g;
/** Replies quote, and lead to the message that they quote. */
const REPLY = /^@_\*\*[^*\n]+\*\* \[[^\]\n]*\]\([^\s)]*\/near\/(\d{1,18})\/?\)/;

/** An upload that a message links to. */
export interface Upload {
  /** below `uploads` of the export */
  path: string;
  name: string;
}

/** The uploads that a text links to, each once. */
export function uploadsIn(text: string): Upload[] {
  const found = new Map<string, Upload>();
  for (const [, , path = ""] of text.matchAll(UPLOAD)) {
    const decoded = decode(path);
    found.set(decoded, { path: decoded, name: decoded.slice(decoded.lastIndexOf("/") + 1) || "file" });
  }
  return [...found.values()];
}

/** The number of the message that a text answers. */
export function repliedTo(text: string): string | undefined {
  return REPLY.exec(text)?.[1];
}

/** The emoji of a message by their names, which mean other characters in Zulip than elsewhere: as the server has shown them. */
export function emojiIn(message: Fields): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, code = "", name = ""] of (message.text("rendered_content") ?? "").matchAll(SHOWN_EMOJI)) {
    const emoji = emojiOfCode(code);
    if (emoji !== undefined) found.set(name, emoji);
  }
  return found;
}

/** `1f44d`, or several with `-` between; undefined for what is no such code. */
export function emojiOfCode(code: string): string | undefined {
  const points = code.split("-").map((point) => (/^[0-9a-f]{1,6}$/.test(point) ? parseInt(point, 16) : NaN));
  return points.every((point) => point > 0 && point <= 0x10ffff) ? String.fromCodePoint(...points) : undefined;
}

/** A text as somebody wrote it, with its mentions, links to channels and uploads as what they show. */
export function zulipText(text: string, emoji: ReadonlyMap<string, string>): Said {
  const readable = text
    .split(VERBATIM)
    .map((part, index) => (index % 2 === 0 || TEXT_FENCE.test(part) ? resolved(part, emoji) : part))
    .join("");
  return fromMarkdown(readable, "zulip");
}

/** Is the whole text one link to an upload? */
export function isUploadAlone(text: string): boolean {
  return text.trim() !== "" && text.replaceAll(UPLOAD, "").trim() === "" && uploadsIn(text).length === 1;
}

function resolved(text: string, emoji: ReadonlyMap<string, string>): string {
  return text
    .replaceAll(UPLOAD, (_all, label: string, path: string) => label || decode(path.slice(path.lastIndexOf("/") + 1)))
    .replaceAll(USER, (_all, name: string) => `@${name}`)
    .replaceAll(USERS, (_all, name: string) => `@${name}`)
    .replaceAll(CHANNEL, (_all, channel: string, topic: string | undefined) =>
      topic ? `#${channel} > ${topic}` : `#${channel}`,
    )
    .replaceAll(TIME, (_all, time: string) => time)
    .replaceAll(EMOJI, (all, name: string) => emoji.get(name) ?? all);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
