import { objectMember, stringMember, type JsonObject } from "../../../matrix/json.ts";
import { isPollStart, pollBlock, pollQuestion } from "../../../matrix/poll.ts";

const LONGEST = 160;

/** The first words of a message, for where others refer to it. */
export function excerptOf(type: string, content: JsonObject): string {
  return shortened(plainTextOf(type, content).replaceAll(/\s+/g, " ").trim());
}

/** What is said in a message, as plain text. */
export function plainTextOf(type: string, content: JsonObject): string {
  if (isPollStart(type) || pollBlock(content)) return `Poll: ${pollQuestion(content)}`;
  if (type === "m.room.encrypted") return "Encrypted message";
  const body = stringMember(content, "body") ?? "";
  const filename = stringMember(content, "filename");
  if (filename !== undefined && filename !== body) return `${filename} ${body}`;
  const isReply = objectMember(objectMember(content, "m.relates_to"), "m.in_reply_to") !== undefined;
  return isReply ? withoutQuote(body) : body;
}

/** A body without the quote that old clients put before a reply (lines that begin with `>`, then an empty line). */
export function withoutQuote(body: string): string {
  return body.replace(/^> <@[^\n]*\n(?:>[^\n]*\n)*\n/, "");
}

function shortened(text: string): string {
  if (text.length <= LONGEST) return text;
  return `${text
    .slice(0, LONGEST)
    .toWellFormed()
    .replace(/\ufffd$/, "")}…`;
}
