import type { ClientEvent } from "./event.ts";
import { objectMember, stringMember, type JsonObject } from "./json.ts";

/** `m.relates_to` of a content (client-server API, "Forming relationships between events"). */
export interface Relation {
  rel_type?: string;
  event_id?: string;
  key?: string;
  /** the target of `m.in_reply_to` */
  in_reply_to?: string;
}

/** The relation of a content; empty where it has none or a malformed one. */
export function relationOf(content: JsonObject): Relation {
  const block = objectMember(content, "m.relates_to");
  const relation: Relation = {};
  if (!block) return relation;
  const relType = stringMember(block, "rel_type");
  const eventId = stringMember(block, "event_id");
  const key = stringMember(block, "key");
  const replyTo = stringMember(objectMember(block, "m.in_reply_to"), "event_id");
  if (relType !== undefined) relation.rel_type = relType;
  if (eventId !== undefined) relation.event_id = eventId;
  if (key !== undefined) relation.key = key;
  if (replyTo !== undefined) relation.in_reply_to = replyTo;
  return relation;
}

/** What a reaction whose key is a picture is called (MSC4027), as in `:tea:`; undefined where it says nothing. */
export function pictureShortcode(content: JsonObject): string | undefined {
  const code =
    stringMember(content, "shortcode") ||
    stringMember(content, "com.beeper.reaction.shortcode") ||
    stringMember(objectMember(content, "m.relates_to"), "shortcode");
  return code ? `:${code.replaceAll(/^:|:$/g, "")}:` : undefined;
}

/** The id of the event that this one edits (`m.replace`), if it is an edit. */
export function editTarget(event: ClientEvent): string | undefined {
  const relation = relationOf(event.content);
  return relation.rel_type === "m.replace" ? relation.event_id : undefined;
}
