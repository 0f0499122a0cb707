/** Which messages are commands to a bot: one rule for what is stored of the homeserver's pushes and for what is then done. */
import type { ClientEvent } from "./event.ts";
import { objectMember, stringMember } from "./json.ts";
import { IMPORTED_SENDER, ORIGIN } from "./names.ts";
import { relationOf } from "./relation.ts";

/** Older clients quote what they reply to in the body, each line behind `>` (rich reply fallback). */
const QUOTE = /^(?:>[^\n]*\n)+\n?/;

/**
 * The text of a command (`!…`), or undefined where the event is none: only plain text, or the caption of a file, that somebody else wrote
 * now. Notices are other bots' words, an edit is not said anew, and what an import has replayed was said in another room.
 */
export function commandText(event: Omit<ClientEvent, "unsigned">, self: string): string | undefined {
  const { type, state_key, sender, content } = event;
  if (type !== "m.room.message" || state_key !== undefined || sender === self) return undefined;
  if (Object.hasOwn(content, ORIGIN) || Object.hasOwn(content, IMPORTED_SENDER)) return undefined;
  const relation = relationOf(content);
  if (relation.rel_type === "m.replace" || objectMember(content, "m.new_content")) return undefined;
  const text = isFile(content) ? captionOf(content) : textOf(content);
  const said = relation.in_reply_to === undefined ? text : text?.replace(QUOTE, "");
  return said !== undefined && /^!/.test(said) ? said : undefined;
}

/** Is it a message with a file (`m.file`), whatever its caption? */
export function isFile(content: ClientEvent["content"]): boolean {
  return stringMember(content, "msgtype") === "m.file";
}

function textOf(content: ClientEvent["content"]): string | undefined {
  return stringMember(content, "msgtype") === "m.text" ? stringMember(content, "body") : undefined;
}

/** Without a `filename`, or where both are the same, the body is the file's name (client-server API, "Media captions"). */
function captionOf(content: ClientEvent["content"]): string | undefined {
  const [body, fileName] = [stringMember(content, "body"), stringMember(content, "filename")];
  return fileName === undefined || fileName === body ? undefined : body;
}
