import { isState, redactedBecause, redactionTarget, type ClientEvent } from "../matrix/event.ts";
import { serverOf } from "../matrix/ids.ts";
import { PointerError, restore } from "../matrix/json-pointer.ts";
import {
  isObject,
  isTooDeep,
  member,
  objectMember,
  stringMember,
  type JsonObject,
  type JsonValue,
} from "../matrix/json.ts";
import { inlineMedia, isHtmlMember } from "../matrix/media-uris.ts";
import { DO_NOT_INDEX, IMPORTED_SENDER, NOTICE, ORIGIN, WRAPPER } from "../matrix/names.ts";
import { relationOf } from "../matrix/relation.ts";
import { MAX_DEPTH } from "./limits.ts";
import type { BundleEvent, ImportedSender, ManifestHead } from "./manifest/manifest.ts";

/** An event as it was where it was first sent, whatever number of imports lie in between. */
export interface OriginalEvent {
  /** its id in this bundle */
  bundleId: string;
  /** its id in the room where it was first sent */
  eventId: string;
  /** the room where it was first sent */
  roomId: string;
  type: string;
  sender: string;
  /** milliseconds since the epoch */
  ts: number;
  stateKey?: string;
  /** pruned where the event is redacted; what is left in the event where `contentFile` names the rest */
  content: JsonObject;
  /** what a redaction takes back: by its id where the event was first sent, or in this bundle */
  redacts?: string;
  /** the whole original content is in this file of the bundle */
  contentFile?: { uri: string; sha256: string };
  /**
   * a redaction that an import sent once more, beside the event it takes back, because the one among the events could not act any
   * more; no event of the conversation
   */
  repeated?: true;
  /** came into this room by an import */
  imported: boolean;
  /** name and avatar at that moment, as the bundle knows them */
  author?: ImportedSender;
  /** the redaction that took it back, in its own original form */
  redaction?: OriginalEvent;
}

type Source = ManifestHead["source"];

/** Was the event brought in by an import? Then its `io.roomporter.origin` is genuine: see docs/bundle-format.md. */
export function isImported(event: BundleEvent, source: Source): boolean {
  return event[IMPORTED_SENDER] !== undefined && serverOf(event.sender) === source.server_name;
}

/** The original form of a bundle's event. Gives the event itself where it was never imported or its origin cannot be applied. */
export function originalOf(event: BundleEvent, source: Source): OriginalEvent {
  const because = redactedBecause(event);
  const redaction = because && originalRedaction(because, source, isImported(event, source));
  const own: OriginalEvent = {
    bundleId: event.event_id,
    eventId: event.event_id,
    roomId: source.room_id,
    type: event.type,
    sender: event.sender,
    ts: event.origin_server_ts,
    content: event.content,
    imported: false,
  };
  if (isState(event)) own.stateKey = event.state_key;
  if (redaction) own.redaction = redaction;
  const redacts = event.type === "m.room.redaction" ? redactionTarget(event) : undefined;
  if (redacts !== undefined) own.redacts = redacts;
  const author = event[IMPORTED_SENDER];
  if (author) own.author = author;
  if (!author || !isImported(event, source)) return own;
  return because ? originalOfRedacted(own, because) : originalOfContent(own, author);
}

function originalRedaction(because: ClientEvent, source: Source, byImport: boolean): OriginalEvent {
  const origin = objectMember(because.content, ORIGIN);
  const author = authorIn(because.content);
  const bundled: BundleEvent = { ...because };
  if (byImport && origin && author) bundled[IMPORTED_SENDER] = author;
  return originalOf(bundled, source);
}

function originalOfRedacted(own: OriginalEvent, because: ClientEvent): OriginalEvent {
  const origin = objectMember(because.content, ORIGIN);
  const target = objectMember(origin, "target");
  const eventId = stringMember(target, "event_id");
  const type = stringMember(target, "type");
  const sender = stringMember(target, "sender");
  const ts = member(target, "origin_server_ts");
  if (!eventId || type === undefined || !sender || typeof ts !== "number") return own;
  const stateKey = stringMember(target, "state_key");
  const roomId = stringMember(target, "room_id") ?? stringMember(origin, "room_id") ?? own.roomId;
  const original: OriginalEvent = { ...own, eventId, roomId, type, sender, ts, content: {}, imported: true };
  delete original.stateKey;
  if (stateKey !== undefined) original.stateKey = stateKey;
  const content = objectMember(target, "content");
  if (content) original.content = content;
  return original;
}

function originalOfContent(own: OriginalEvent, author: ImportedSender): OriginalEvent {
  const origin = objectMember(own.content, ORIGIN);
  const repeated = stringMember(objectMember(origin, "target"), "redacted_by");
  const eventId = stringMember(origin, "event_id") ?? repeated;
  const roomId = stringMember(origin, "room_id");
  if (!origin || !eventId || !roomId) return own;
  const ts = member(origin, "origin_server_ts");
  const original: OriginalEvent = { ...own, eventId, roomId, sender: author.user_id, imported: true };
  if (typeof ts === "number") original.ts = ts;
  if (repeated !== undefined) original.repeated = true;
  const contentUri = stringMember(origin, "content_uri");
  if (contentUri) original.contentFile = { uri: contentUri, sha256: stringMember(origin, "sha256") ?? "" };
  if (isWrapper(own.type, origin)) {
    const type = stringMember(own.content, "type");
    const stateKey = stringMember(own.content, "state_key");
    if (type === undefined) return own;
    original.type = type;
    delete original.stateKey;
    if (stateKey !== undefined) original.stateKey = stateKey;
    original.content = objectMember(own.content, "content") ?? {};
    return withTarget(original, origin);
  }
  if (contentUri) return original;
  const content = restoredContent(own.content, objectMember(origin, "restore"));
  return content ? withTarget({ ...original, content }, origin) : own;
}

/** A redaction with what it took back: as its origin says, or its own content. */
function withTarget(original: OriginalEvent, origin: JsonObject): OriginalEvent {
  if (original.type !== "m.room.redaction") return original;
  const redacts = stringMember(origin, "redacts") ?? stringMember(original.content, "redacts");
  return redacts === undefined ? original : { ...original, redacts };
}

/** A wrapper has its content inside; an event of that type that a member sent is replayed as itself and has a `restore`. */
export function isWrapper(type: string, origin: JsonObject): boolean {
  return type === WRAPPER && !Object.hasOwn(origin, "restore");
}

/** The content before an import added to it and changed it; undefined where the block does not fit. */
export function restoredContent(content: JsonObject, block: JsonObject | undefined): JsonObject | undefined {
  const dropped = member(block, "drop");
  const drop = Array.isArray(dropped) ? dropped.filter((pointer) => typeof pointer === "string") : [];
  const set = new Map(Object.entries(objectMember(block, "set") ?? {}));
  try {
    const restored = restore(withoutAdded(content), set, drop);
    // values that are put inside each other can be deeper together than anything that an event may hold
    const mayBeDeeper = [...set.values()].some((value) => typeof value === "object" && value !== null);
    return isObject(restored) && !(mayBeDeeper && isTooDeep(restored, MAX_DEPTH)) ? restored : undefined;
  } catch (error) {
    if (error instanceof PointerError) return undefined;
    throw error;
  }
}

/** A content without the three members that every import adds. */
export function withoutAdded(content: JsonObject): JsonObject {
  const { [IMPORTED_SENDER]: _author, [DO_NOT_INDEX]: _wish, [ORIGIN]: _origin, ...rest } = content;
  return rest;
}

/** Who has written the event with this content, or what this block tells of, as an import says. */
export function authorIn(holder: JsonObject | undefined): ImportedSender | undefined {
  const block = objectMember(holder, IMPORTED_SENDER);
  const userId = stringMember(block, "user_id");
  if (!userId) return undefined;
  return {
    user_id: userId,
    display_name: stringMember(block, "display_name") ?? null,
    avatar: stringMember(block, "avatar_url") ?? null,
  };
}

/**
 * Is this event part of the room that an import set up, not of the conversation in it: state that the importing service made
 * there, or its members' comings and goings?
 */
export function isScaffolding(
  event: BundleEvent,
  { source, room }: { source: Source; room: Pick<ManifestHead["room"], "imported_by"> },
): boolean {
  if (room.imported_by === undefined || !isState(event) || isImported(event, source)) return false;
  return event.sender === room.imported_by || event.type === "m.room.member";
}

/**
 * Is this a notice that an import has left in the room that it made: that the room holds a part of a conversation, or that it was upgraded
 * there?
 */
export function isServiceNotice(event: BundleEvent, { source, room }: Pick<ManifestHead, "source" | "room">): boolean {
  if (room.imported_by === undefined || event.sender !== room.imported_by || isState(event)) return false;
  return Object.hasOwn(event.content, NOTICE) && !isImported(event, source);
}

/** For an imported event: what its original content calls an event or a file, and what the same thing is called in this bundle. */
export function aliasesOf(event: BundleEvent, original: OriginalEvent): Map<string, string> {
  return original.imported ? aliasesIn(event.content, original.content) : new Map<string, string>();
}

/** What `original` calls an event or a file, and what the same thing is called in the content that an import made of it. */
export function aliasesIn(content: JsonObject, original: JsonObject): Map<string, string> {
  const aliases = new Map<string, string>();
  const origin = objectMember(content, ORIGIN);
  for (const block of [objectMember(content, "media"), objectMember(origin, "media")])
    for (const [old, now] of Object.entries(block ?? {})) if (typeof now === "string") aliases.set(old, now);
  const then = relationOf(original);
  const now = relationOf(content);
  if (then.event_id && now.event_id) aliases.set(then.event_id, now.event_id);
  if (then.in_reply_to && now.in_reply_to) aliases.set(then.in_reply_to, now.in_reply_to);
  pairStrings(original, content, undefined, false, aliases);
  return aliases;
}

function pairStrings(
  then: JsonValue,
  now: JsonValue | undefined,
  key: string | undefined,
  isHtml: boolean,
  into: Map<string, string>,
): void {
  if (typeof then === "string" && typeof now === "string") {
    if (then.startsWith("mxc://") && now.startsWith("mxc://")) {
      if (!into.has(then)) into.set(then, now);
    } else if (isHtml) {
      const [before, images] = [then, now].map((html) => [...inlineMedia(html)].map(({ uri }) => uri));
      // where an import had to take something out, the origin names the files
      if (before?.length !== images?.length) return;
      before?.forEach((uri, index) => images?.[index] && !into.has(uri) && into.set(uri, images[index]));
    } else if (key === "redacts" || key === "pinned") into.set(then, now);
  } else if (Array.isArray(then) && Array.isArray(now)) {
    then.forEach((value, index) => pairStrings(value, now[index], key, false, into));
  } else if (isObject(then) && isObject(now)) {
    for (const [name, value] of Object.entries(then))
      pairStrings(value, member(now, name), name, isHtmlMember(then, name), into);
  }
}
