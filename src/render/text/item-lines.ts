import { stringMember } from "../../matrix/json.ts";
import type { Conversation } from "../timeline/conversation.ts";
import { messageFiles, type MessageFile } from "../timeline/files.ts";
import type { Item, MessageItem, Reference } from "../timeline/item.ts";
import type { Poll } from "../timeline/polls.ts";
import type { People } from "../timeline/people.ts";
import { ChangeWords } from "../words/change-words.ts";
import { pollResultText, reactionText, removalWords } from "../words/item-words.ts";
import { bodyText, ENCRYPTED, INCOMPLETE, locationText, safeBody } from "../words/message-text.ts";
import { plainWords } from "../words/words.ts";
import { timeText } from "./line-text.ts";

/** An item as a transcript shows it. */
export interface ItemLines {
  /** from 1 */
  number: number;
  /** milliseconds since the epoch */
  ts: number;
  name: string;
  /** `said`: by its author; `happened`: goes after their name, as in "Ann joined" */
  way: "said" | "happened";
  text: string;
  /** gives the message as safe HTML, where it is formatted */
  html?: () => string | undefined;
  /** what it relates to and when it was edited: `in reply to #3`, `edited 2026-11-22 10:00:00` */
  notes: string[];
  reactions: string[];
}

/** All items of a conversation, in order. @throws BundleError */
export async function* itemLines(conversation: Conversation): AsyncGenerator<ItemLines, void, undefined> {
  const changes = new ChangeWords(conversation.people);
  const fileName = (sha256: string): string => conversation.source.mediaFileName(sha256);
  for await (const items of conversation.items())
    for (const item of items) {
      const { entry, number } = item;
      const what = item.kind === "change" ? undefined : said(item, conversation.people, fileName);
      yield {
        number: number + 1,
        ts: entry.original.ts,
        name: conversation.people.textOf(entry.author),
        ...(what ?? { way: "happened", text: plainWords(changes.of(entry.original)) }),
        notes: notesOf(item),
        reactions: item.kind === "change" ? [] : item.reactions.map((each) => reactionText(each, conversation.people)),
      };
    }
}

type Said = Pick<ItemLines, "way" | "text" | "html">;

function said(item: MessageItem, people: People, fileName: (sha256: string) => string): Said {
  const { entry, versions, poll } = item;
  const { original, incomplete } = entry;
  const { content, files } = versions.current;
  if (original.redaction) return { way: "said", text: `(${plainWords(removalWords(entry, people))})` };
  if (original.type === "m.room.encrypted") return { way: "said", text: `(${ENCRYPTED})` };
  if (poll) return { way: "said", text: pollText(poll) };
  const held = messageFiles(original.type, content, files);
  const words = bodyText(content);
  if (held) {
    const places = held.files.map((file) => `[${file.kind}: ${placeOf(file, fileName)}]`);
    return { way: "said", text: [...(held.hasCaption ? [words] : []), ...places].join("\n") };
  }
  const missing = incomplete ? `\n(${INCOMPLETE})` : "";
  const msgtype = stringMember(content, "msgtype");
  const way = msgtype === "m.emote" ? "happened" : "said";
  const text = `${msgtype === "m.location" ? locationText(content) : words}${missing}`;
  return { way, text, ...(!incomplete && { html: () => safeBody(content, { image: () => undefined }) }) };
}

/** With its place in the bundle. */
function placeOf({ name, sha256 }: MessageFile, fileName: (sha256: string) => string): string {
  return sha256 === undefined ? `${name}, not in the bundle` : `${name}, media/${sha256}/${fileName(sha256)}`;
}

function pollText(poll: Poll): string {
  const answers = poll.answers.map(({ text, count }) => (poll.isCounted ? `- ${text}: ${count}` : `- ${text}`));
  return [`[poll] ${poll.question}`, ...answers, pollResultText(poll)].join("\n");
}

/** What a message relates to, and when it was edited. */
function notesOf(item: Item): string[] {
  if (item.kind === "change") return [];
  const { thread, repliesTo, versions, isPinned } = item;
  const named = (to: Reference): string => (to === "outside" ? "a message that is not in this bundle" : `#${to + 1}`);
  const relations = [
    ...(thread === undefined ? [] : [`in thread ${named(thread)}`]),
    ...(repliesTo === undefined ? [] : [`in reply to ${named(repliesTo)}`]),
  ].join(", ");
  const edited = versions.earlier.length > 0 ? `edited ${timeText(versions.current.ts)}` : "";
  return [relations, edited, isPinned ? "pinned" : ""].filter((note) => note !== "");
}
