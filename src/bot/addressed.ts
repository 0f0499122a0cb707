import { objectMember, stringMember } from "../matrix/json.ts";
import { ORIGIN } from "../matrix/names.ts";
import { relationOf } from "../matrix/relation.ts";
import type { InboxEvent } from "../ports/inbox.ts";
import { commandWords, type CommandWords } from "./command-words.ts";

/**
 * The command that a message is, or undefined where it is none: only plain text that somebody else wrote now. Notices are other
 * bots' words, an edit is not said anew, and what an import has replayed (`io.roomporter.origin`) was said in another room.
 */
export function commandIn(event: InboxEvent, self: string): CommandWords | undefined {
  const { content } = event;
  if (event.type !== "m.room.message" || event.state_key !== undefined || event.sender === self) return undefined;
  if (stringMember(content, "msgtype") !== "m.text" || Object.hasOwn(content, ORIGIN)) return undefined;
  if (relationOf(content).rel_type === "m.replace" || objectMember(content, "m.new_content")) return undefined;
  return commandWords(stringMember(content, "body") ?? "", repliedTo(event) !== undefined);
}

/** The event that a message really replies to: within a thread, clients also name one that it merely follows. */
export function repliedTo(event: InboxEvent): string | undefined {
  const block = objectMember(event.content, "m.relates_to");
  return block?.["is_falling_back"] === true ? undefined : relationOf(event.content).in_reply_to;
}
