import { originalOf } from "../bundle/original.ts";
import { parseClientEvent, redactedBecause, type ClientEvent } from "../matrix/event.ts";
import {
  isObject,
  member,
  objectMember,
  setMember,
  stringMember,
  type JsonObject,
  type JsonValue,
} from "../matrix/json.ts";
import { IMPORTED_SENDER } from "../matrix/names.ts";
import { TEXT_UNSTABLE } from "../matrix/text/extensible-text.ts";
import { asksNotToBeIndexed, isIndexableType } from "../policy/indexable.ts";
import { aliasesOf, type OriginalEvent } from "../bundle/original.ts";
import { bundleEvent } from "../exports/reading/bundle-event.ts";
import type { IndexedRoom } from "./indexed-room.ts";

/** What indexers are told of an event, as it stands now. */
export type EventLine = { type: "event" | "remove"; room_id: string; event_id: string } & JsonObject;

/**
 * The line of an event: its content in the latest edit, as its author wrote it, or that it is to be removed. Undefined where it is
 * nothing to be read.
 * @param event as the homeserver serves it now; undefined: it does not any more
 */
export function eventLine(
  event: ClientEvent | undefined,
  eventId: string,
  { roomId, authors }: IndexedRoom,
  serverName: string,
): EventLine | undefined {
  const about = { room_id: roomId, event_id: eventId };
  if (!event || redactedBecause(event)) return { type: "remove", ...about };
  const source = { server_name: serverName, room_id: roomId };
  const read = (each: ClientEvent): Reading => {
    const bundled = bundleEvent(each, authors.isImported(each) ? authors.of(each) : undefined);
    const original = originalOf(bundled, source);
    return { original, content: inThisRoom(original.content, aliasesOf(bundled, original)) };
  };
  const { original, content } = read(event);
  if (!isIndexableType(original.type, original.stateKey) || original.repeated) return undefined;
  if (asksNotToBeIndexed(content)) return undefined;
  const edit = latestEdit(event);
  const edited = edit && read(edit);
  const replacement = objectMember(edited?.content, "m.new_content");
  if (replacement && (asksNotToBeIndexed(edited?.content) || asksNotToBeIndexed(replacement)))
    return { type: "remove", ...about };
  const now = replacement ? withRelationOf(content, replacement) : content;
  const body = textOf(now, original.type);
  const line: EventLine = { type: "event", ...about, event_type: original.type };
  line["sender"] = original.sender;
  line["origin_server_ts"] = original.ts;
  if (original.stateKey !== undefined) line["state_key"] = original.stateKey;
  if (body !== undefined) line["body"] = body;
  line["content"] = now;
  if (edited && replacement) line["edited_ts"] = edited.original.ts;
  if (original.author) line[IMPORTED_SENDER] = { ...original.author };
  return line;
}

interface Reading {
  original: OriginalEvent;
  content: JsonObject;
}

/** The edit that the homeserver says is in force (client-server API, "Server-side aggregation of m.replace relationships"). */
function latestEdit(event: ClientEvent): ClientEvent | undefined {
  const edit = parseClientEvent(member(objectMember(event.unsigned, "m.relations"), "m.replace") ?? null);
  if (!edit || edit.sender !== event.sender || edit.type !== event.type || redactedBecause(edit)) return undefined;
  return edit;
}

/** An edit leaves what the message replies to, or the thread that it stands in, as it was. */
function withRelationOf(content: JsonObject, replacement: JsonObject): JsonObject {
  const { "m.relates_to": _edits, ...rest } = replacement;
  const relation = member(content, "m.relates_to");
  if (relation !== undefined) setMember(rest, "m.relates_to", relation);
  return rest;
}

/** An imported content names events and files as they were called at its source: here they are called otherwise. */
function inThisRoom<T extends JsonValue>(value: T, aliases: ReadonlyMap<string, string>, key?: string): T {
  if (aliases.size === 0) return value;
  if (typeof value === "string") {
    const isName = key === "event_id" || value.startsWith("mxc://");
    return ((isName && aliases.get(value)) || value) as T;
  }
  if (Array.isArray(value)) return value.map((inner) => inThisRoom(inner, aliases, key)) as T;
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, inThisRoom(inner, aliases, name)]),
  ) as T;
}

/** What a person reads. */
function textOf(content: JsonObject, type: string): string | undefined {
  if (type === "m.room.name") return stringMember(content, "name");
  if (type === "m.room.topic") return stringMember(content, "topic");
  return stringMember(content, "body") ?? stringMember(content, TEXT_UNSTABLE);
}
