import { redactedBecause, redactionTarget, type ClientEvent } from "../matrix/event.ts";
import { member, objectMember } from "../matrix/json.ts";
import { DO_NOT_INDEX, ORIGIN } from "../matrix/names.ts";
import { editTarget } from "../matrix/relation.ts";

/** What the feed for indexers remembers of an event: which one it is, and which one it says something about. Never what it says. */
export interface IndexPointer {
  event_id: string;
  /** the event itself; for an edit or a redaction its target */
  subject: string;
}

/** State that somebody wrote as text. */
const WRITTEN_STATE = ["m.room.name", "m.room.topic"];
/** What clients say to each other, not people. */
const MACHINERY = ["m.call.", "org.matrix.call.", "m.key.verification."];
/** A target comes out of a content, where anything may stand. */
const EVENT_ID = /^\$[\w+/=.~-]+(?::[\w.:[\]-]+)?$/;

/** Can an event of this type have anything to read in it? Encrypted ones have not. */
export function isIndexableType(type: string, stateKey: string | undefined): boolean {
  if (stateKey !== undefined) return stateKey === "" && WRITTEN_STATE.includes(type);
  if (type === "m.room.encrypted" || type === "m.room.redaction") return false;
  return !MACHINERY.some((prefix) => type.startsWith(prefix));
}

/** Does its content ask indexers to leave it alone? */
export function asksNotToBeIndexed(content: unknown): boolean {
  return member(content, DO_NOT_INDEX) === true;
}

/**
 * The pointer to an event that indexers may have to hear of, in a room that may be indexed. What an import of the service brought
 * asks not to be indexed, each event for itself; there the room's policy decides. What else the service says is no conversation.
 */
export function indexPointer(event: ClientEvent, serviceUser: string): IndexPointer | undefined {
  const { event_id, type, sender, state_key, content } = event;
  if (!isEventId(event_id)) return undefined;
  if (type === "m.room.redaction") return pointTo(event_id, redactionTarget(event));
  if (!isIndexableType(type, state_key) || redactedBecause(event)) return undefined;
  const byService = sender === serviceUser;
  if (byService && !objectMember(content, ORIGIN)) return undefined;
  const edited = state_key === undefined ? editTarget(event) : undefined;
  // an edit that asks not to be indexed takes back what was there before
  if (edited !== undefined) return pointTo(event_id, edited);
  if (!byService && asksNotToBeIndexed(content)) return undefined;
  return { event_id, subject: event_id };
}

function pointTo(event_id: string, subject: string | undefined): IndexPointer | undefined {
  return subject !== undefined && isEventId(subject) ? { event_id, subject } : undefined;
}

function isEventId(text: string): boolean {
  return EVENT_ID.test(text) && Buffer.byteLength(text) <= 255;
}
