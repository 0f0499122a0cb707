import { isExtensibleMessage } from "../../matrix/text/extensible-text.ts";
import { isPollEnd, isPollResponse, isPollStart } from "../../matrix/poll.ts";
import { relationOf } from "../../matrix/relation.ts";
import { stringMember } from "../../matrix/json.ts";
import type { OriginalEvent } from "../../bundle/original.ts";

/** What an event is to somebody who reads: something said, something that happened to the room, a part of another one, or nothing. */
export type Part =
  | { role: "message" | "change" | "none" }
  | { role: "attached"; kind: "edit" | "reaction" | "vote" | "end"; to: number };

/** What an event turned out to be. `moved`: it took a number, and is shown at the message that came after it. */
export type Role = Part["role"] | "moved";

/** What the events before it were, by event id. */
export interface Before {
  /** has there been such an event at all? */
  knows(id: string): boolean;
  /** the number of the message or change */
  itemOf(id: string): number | undefined;
  /** who wrote it */
  senderOf(item: number): string;
}

/**
 * What an event waits for that would only be a part of another one: that other one, where it has not come yet. Homeservers may give
 * them out in that order where they fetched the room from others.
 */
export function awaitedBy({
  type,
  content,
  redacts,
  redaction,
  repeated,
  stateKey,
}: OriginalEvent): string | undefined {
  if (repeated || redaction) return undefined;
  if (type === "m.room.redaction") return redacts;
  const { rel_type: relation, event_id: target } = relationOf(content);
  const isPart =
    (relation === "m.replace" && isMessage(type)) ||
    (relation === "m.annotation" && type === "m.reaction") ||
    isPollResponse(type) ||
    isPollEnd(type);
  return isPart && stateKey === undefined ? target : undefined;
}

const isMessage = (type: string): boolean =>
  type === "m.room.message" ||
  type === "m.sticker" ||
  type === "m.room.encrypted" ||
  isPollStart(type) ||
  isExtensibleMessage(type);

/** What this event is, by what came before it. */
export function partOf(original: OriginalEvent, before: Before): Part {
  const { type, content } = original;
  if (original.repeated) return { role: "none" };
  if (type === "m.room.redaction" && original.redacts !== undefined && before.knows(original.redacts))
    return { role: "none" };
  if (original.stateKey !== undefined) return { role: "change" };
  if (original.redaction) return { role: isMessage(type) ? "message" : "change" };
  const { rel_type: relation, event_id: target } = relationOf(content);
  const to = target === undefined ? undefined : before.itemOf(target);
  if (relation === "m.replace" && isMessage(type) && target !== undefined) {
    if (to === undefined) return { role: before.knows(target) ? "change" : "message" };
    return before.senderOf(to) === original.sender ? { role: "attached", kind: "edit", to } : { role: "change" };
  }
  if (to !== undefined && type === "m.reaction" && relation === "m.annotation")
    return { role: "attached", kind: "reaction", to };
  if (to !== undefined && isPollResponse(type)) return { role: "attached", kind: "vote", to };
  if (to !== undefined && isPollEnd(type)) return { role: "attached", kind: "end", to };
  const isRequest = stringMember(content, "msgtype") === "m.key.verification.request";
  return { role: isMessage(type) && !isRequest ? "message" : "change" };
}
