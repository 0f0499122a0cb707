import { commandText, isFile } from "../matrix/command-text.ts";
import { objectMember } from "../matrix/json.ts";
import { relationOf } from "../matrix/relation.ts";
import type { InboxEvent } from "../ports/inbox.ts";
import { commandWords, type CommandWords } from "./command-words.ts";

/** The command that a message or a file's caption is, or undefined where it is none. */
export function commandIn(event: InboxEvent, self: string): CommandWords | undefined {
  const text = commandText(event, self);
  return text === undefined ? undefined : commandWords(text);
}

/** The event that a command is about: the file whose caption it is, or what its message replies to. */
export function subjectOf(event: InboxEvent): string | undefined {
  return isFile(event.content) ? event.event_id : repliedTo(event);
}

/** The event that a message really replies to: within a thread, clients also name one that it merely follows. */
function repliedTo(event: InboxEvent): string | undefined {
  const block = objectMember(event.content, "m.relates_to");
  return block?.["is_falling_back"] === true ? undefined : relationOf(event.content).in_reply_to;
}
