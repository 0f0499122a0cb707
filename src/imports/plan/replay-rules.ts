import { stringMember } from "../../matrix/json.ts";
import type { OriginalEvent } from "../../bundle/original.ts";

/** Not the votes: all would be the one sender's, of whom clients count the last one beside the true numbers in the question. */
const POLL_TYPES = ["m.poll.", "org.matrix.msc3381.poll."].flatMap((prefix) =>
  ["start", "end"].map((kind) => prefix + kind),
);
const MESSAGE_LIKE = ["m.room.message", "m.sticker", "m.reaction", "m.room.redaction", ...POLL_TYPES];
const DATED_STATE = ["m.room.name", "m.room.topic", "m.room.avatar", "m.room.pinned_events"];

/** The specification's own types, and what they are called before they are part of it. */
const RESERVED = /^(?:m|org\.matrix)\./;

/** Is it state of the room that replays as itself, with its date? */
export function isDatedState({ type, stateKey, redaction }: OriginalEvent): boolean {
  return DATED_STATE.includes(type) && stateKey === "" && !redaction;
}

/**
 * Does this event come back as itself? Everything else (membership, power, encryption, calls, verification, bridges, space
 * children, redacted state, any `m.` or `org.matrix.` type not listed) must not act again and is kept in a wrapper.
 */
export function replaysAsItself(event: OriginalEvent): boolean {
  if (event.stateKey !== undefined) return isDatedState(event);
  if (event.type === "m.room.message")
    return !stringMember(event.content, "msgtype")?.startsWith("m.key.verification.");
  return MESSAGE_LIKE.includes(event.type) || !RESERVED.test(event.type);
}
