import { extensibleText } from "../../matrix/text/extensible-text.ts";
import { objectMember, stringMember, type JsonObject } from "../../matrix/json.ts";
import { isPollStart, pollBlock, pollQuestion } from "../../matrix/poll.ts";
import { relationOf } from "../../matrix/relation.ts";
import { safeHtml, type SafeHtmlOptions } from "../../matrix/text/safe-html.ts";
import { profileOf } from "../timeline/author.ts";

/** In place of a message that nobody can read. */
export const ENCRYPTED = "Encrypted: it cannot be read without its key.";
/** Where an import had to put the content of a message into a file. */
export const INCOMPLETE = "Its whole content is in a file that is not in this bundle.";
const HTML = "org.matrix.custom.html";
const LONGEST = 160;
/** White space other than single spaces between words. */
const UNEVEN = /[^\S ]| {2}|^ | $/;

/** The first words of a message, for where others refer to it. */
export function excerptOf(type: string, content: JsonObject): string {
  const text = searchedText(type, content);
  return shortened(UNEVEN.test(text) ? text.replaceAll(/\s+/g, " ").trim() : text);
}

/** What the search finds a message by: its text and the names of its files. */
export function searchedText(type: string, content: JsonObject): string {
  if (isPollStart(type) || pollBlock(content)) return `Poll: ${pollQuestion(content)}`;
  if (type === "m.room.encrypted") return "Encrypted message";
  const text = bodyText(content);
  const filename = stringMember(content, "filename");
  return filename !== undefined && filename !== text ? `${filename} ${text}` : text;
}

/** What a message says as plain text: without the quote and the name that some clients put before it. */
export function bodyText(content: JsonObject): string {
  const body = withoutName(stringMember(content, "body") ?? extensibleText(content) ?? "", content);
  const isReply = objectMember(objectMember(content, "m.relates_to"), "m.in_reply_to") !== undefined;
  return isReply ? withoutQuote(body) : body;
}

/**
 * A formatted message as HTML with nothing in it that could harm; undefined where it is plain text. `image`: the source of an inline
 * picture, by its URI; `localAddress`: where a link leads within the same pages, if it does.
 */
export function safeBody(
  content: JsonObject,
  { image, localAddress }: Pick<SafeHtmlOptions, "image" | "localAddress">,
): string | undefined {
  const html = stringMember(content, "format") === HTML ? stringMember(content, "formatted_body") : undefined;
  if (html === undefined) return undefined;
  return safeHtml(html, {
    withoutQuote: true,
    withoutName: hasNameInText(content),
    ...(image && { image }),
    ...(localAddress && { localAddress }),
  });
}

/** What a location says, and where it is (a `geo:` URI) where its words do not. */
export function locationText(content: JsonObject): string {
  const [text, place] = [bodyText(content), stringMember(content, "geo_uri") ?? ""];
  return text.includes(place) ? text : `${text} (${place})`;
}

/** What an edit changes its message to; of any other message the content itself. */
export function editedContent(content: JsonObject): JsonObject {
  const edited = relationOf(content).rel_type === "m.replace" ? objectMember(content, "m.new_content") : undefined;
  return edited ?? content;
}

/** Does the message repeat the name of its per-message profile in its text (MSC4144, `has_fallback`)? */
function hasNameInText(content: JsonObject): boolean {
  return profileOf(content)?.["has_fallback"] === true;
}

function withoutName(body: string, content: JsonObject): string {
  if (!hasNameInText(content)) return body;
  const prefix = `${stringMember(profileOf(content), "displayname") ?? ""}: `;
  return body.startsWith(prefix) ? body.slice(prefix.length) : body;
}

/** A body without the quote that old clients put before a reply (lines that begin with `>`, then an empty line). */
function withoutQuote(body: string): string {
  return body.replace(/^> <@[^\n]*\n(?:>[^\n]*\n)*\n/, "");
}

function shortened(text: string): string {
  if (text.length <= LONGEST) return text;
  return `${text
    .slice(0, LONGEST)
    .toWellFormed()
    .replace(/\ufffd$/, "")}…`;
}
