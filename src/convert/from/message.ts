import { stringMember, type JsonObject } from "../../matrix/json.ts";
import type { ExportFile } from "../input/export-files.ts";
import type { Conversation } from "../room/conversation.ts";
import { messageType } from "../room/mime-type.ts";
import type { Said } from "../text/html.ts";

const HTML = "org.matrix.custom.html";
/** An emoji that Unicode does not have stands as its name between colons. */
const CUSTOM = /^:.+:$/s;
/** A longer text is not looked through for formatting: no chat lets people write such ones. */
const MAX_FORMATTED = 100_000;

/** A message as the exports of other chats have it. */
export interface ForeignMessage {
  /** its id in the export */
  key: string;
  /** user id */
  sender: string;
  /** milliseconds since the epoch */
  time: number;
  said: Said;
  kind?: "m.text" | "m.notice" | "m.emote";
  files?: readonly ForeignFile[];
  /** a place as `geo:` URI (RFC 5870), which the text describes */
  place?: string | undefined;
  /** key of the message that it answers */
  replyTo?: string | undefined;
  /** key of the message that began the thread it stands in */
  thread?: string | undefined;
  /** when its text became what the export has; milliseconds since the epoch */
  editedAt?: number | undefined;
  reactions?: readonly ForeignReaction[];
  /** it was taken back, and only its place is left; `at`: when, milliseconds since the epoch, where that is known */
  deleted?: { at?: number | undefined } | undefined;
  /** its place in the conversation, where that is not by its time */
  order?: number | undefined;
  /** its place among messages of the same time; where there is none, they stand as they come */
  tie?: number | undefined;
  /** the message that it answers may come later in the export */
  unordered?: boolean;
}

export interface ForeignFile {
  /** what tells it apart */
  key: string;
  name: string;
  /** undefined: the export does not have it */
  file: ExportFile | undefined;
  /** where it can be had, if one may */
  url?: string | undefined;
  /** of a picture or video, pixels; of a sound, milliseconds */
  info?: JsonObject;
  kind?: "voice" | "sticker";
  /** a small picture of it */
  thumbnail?: { key: string; file: ExportFile };
}

export interface ForeignReaction {
  /** user id */
  sender: string;
  /** an emoji, or a name between colons */
  emoji: string;
  /** milliseconds since the epoch, where the export says it */
  time?: number | undefined;
}

/** Formats a text, unless it is of a length that only an attack has. */
export function say(conversation: Conversation, text: string, format: (text: string) => Said): Said {
  if (text.length <= MAX_FORMATTED) return format(text);
  conversation.ledger.count("formatting_left_out");
  return { body: text };
}

/**
 * Adds the events of one message: the message with its one file, or text and files one after the other; an edit where it was
 * edited; its reactions. Gives the id of the first event, undefined where the message is left out, which the ledger says.
 */
export async function addMessage(conversation: Conversation, message: ForeignMessage): Promise<string | undefined> {
  const { ids, ledger } = conversation;
  const { key, sender, time } = message;
  const eventId = ids.event(key);
  if (conversation.has(eventId)) {
    ledger.count("message_repeated");
    return undefined;
  }
  const base = { sender, origin_server_ts: time };
  if (message.deleted) {
    const at = message.deleted.at ?? time;
    const because = { event_id: ids.event(`${key}/deletion`), type: "m.room.redaction", content: { redacts: eventId } };
    const unsigned = { redacted_because: { sender, origin_server_ts: at, ...because } };
    ledger.count("redactions_unavailable");
    const redacted = { ...base, event_id: eventId, type: "m.room.message", content: {}, unsigned };
    await conversation.add(redacted, message.order ?? time, message.tie);
    return eventId;
  }
  const files = message.files ?? [];
  // nine of ten messages have no file, and need not be waited for
  const contents = files.length > 0 ? await withFiles(conversation, message, files, eventId) : withoutFiles(message);
  const [first] = contents;
  if (!first) {
    ledger.count("message_empty");
    return undefined;
  }
  const replyTo = answered(conversation, message);
  for (const [index, { type, content }] of contents.entries()) {
    const related = relation(conversation, message.thread, index === 0 ? replyTo : undefined);
    const id = index === 0 ? eventId : ids.event(`${key}/part/${index}`);
    const whole = { ...content, ...(related && { "m.relates_to": related }) };
    const event = { ...base, event_id: id, type, content: whole };
    const adding = conversation.add(event, message.order ?? time, message.tie);
    const isAdded = typeof adding === "boolean" ? adding : await adding;
    if (!isAdded && index === 0) return undefined;
  }
  if (message.editedAt !== undefined && first.type === "m.room.message") {
    ledger.count("edits_unavailable");
    await addEdit(conversation, message, first.content);
  }
  if (message.reactions?.length) await addReactions(conversation, message, eventId);
  return eventId;
}

interface Content {
  type: "m.room.message" | "m.sticker";
  content: JsonObject;
}

/** What a message says itself, or the place that it shares. */
function withoutFiles({ said, kind = "m.text", place }: ForeignMessage): Content[] {
  if (place !== undefined)
    return [{ type: "m.room.message", content: { msgtype: "m.location", body: said.body, geo_uri: place } }];
  return said.body.trim() === "" ? [] : [{ type: "m.room.message", content: textContent(kind, said) }];
}

/** One file takes the text as its caption; several stand after it. */
async function withFiles(
  conversation: Conversation,
  message: ForeignMessage,
  files: readonly ForeignFile[],
  eventId: string,
): Promise<Content[]> {
  const { said, kind = "m.text", place } = message;
  const [first, ...more] = files;
  const isOne = first !== undefined && more.length === 0 && first.kind !== "sticker";
  const isCaptioned = isOne && said.body.trim() !== "" && place === undefined && kind === "m.text";
  const contents = isCaptioned ? [] : withoutFiles(message);
  for (const file of files)
    contents.push(await fileContent(conversation, file, isCaptioned ? said : undefined, eventId));
  return contents;
}

function textContent(msgtype: string, { body, html }: Said): JsonObject {
  return { msgtype, body, ...(html !== undefined && { format: HTML, formatted_body: html }) };
}

async function fileContent(
  conversation: Conversation,
  { key, name, file, url, info, kind, thumbnail }: ForeignFile,
  caption: Said | undefined,
  eventId: string,
): Promise<Content> {
  const { uri, size, mimetype } = await conversation.place(file, { key, name, eventId });
  const about: JsonObject = {
    ...info,
    ...(thumbnail && (await thumbnailInfo(conversation, thumbnail, eventId))),
    ...(size !== undefined && { size }),
    ...(mimetype !== undefined && { mimetype }),
  };
  const place = { url: uri, info: about, ...(url !== undefined && { external_url: url }) };
  if (kind === "sticker") return { type: "m.sticker", content: { body: caption?.body ?? name, ...place } };
  const msgtype = kind === "voice" ? "m.audio" : messageType(mimetype ?? "");
  const voice: JsonObject = kind === "voice" ? { "org.matrix.msc3245.voice": {} } : {};
  const text: JsonObject = caption ? { ...textContent(msgtype, caption), filename: name } : { msgtype, body: name };
  return { type: "m.room.message", content: { ...text, ...place, ...voice } };
}

async function thumbnailInfo(
  conversation: Conversation,
  { key, file }: NonNullable<ForeignFile["thumbnail"]>,
  eventId: string,
): Promise<JsonObject> {
  const { uri, size, mimetype } = await conversation.place(file, { key, name: "thumbnail", eventId });
  return {
    thumbnail_url: uri,
    thumbnail_info: { ...(size !== undefined && { size }), ...(mimetype !== undefined && { mimetype }) },
  };
}

/** The event that a message answers, where there is one in the bundle. */
export function answered(
  conversation: Conversation,
  { replyTo, unordered }: Pick<ForeignMessage, "replyTo" | "unordered">,
): string | undefined {
  if (replyTo === undefined) return undefined;
  const eventId = conversation.ids.event(replyTo);
  if (unordered || conversation.has(eventId)) return eventId;
  conversation.ledger.count("reply_elsewhere");
  return undefined;
}

/** How an event stands in a thread or answers another. `thread`: key of the message that began it; `replyTo`: an event */
export function relation(
  conversation: Conversation,
  thread: string | undefined,
  replyTo: string | undefined,
): JsonObject | undefined {
  if (thread !== undefined) {
    const root = conversation.ids.event(thread);
    conversation.awaitThread(root);
    const target = replyTo ?? root;
    const fallback = target === root;
    return { rel_type: "m.thread", event_id: root, is_falling_back: fallback, "m.in_reply_to": { event_id: target } };
  }
  return replyRelation(replyTo);
}

/** The relation of an event that answers another; undefined where it answers none. */
export function replyRelation(replyTo: string | undefined): JsonObject | undefined {
  return replyTo === undefined ? undefined : { "m.in_reply_to": { event_id: replyTo } };
}

/**
 * Adds an edit of a message that holds text alone: the export tells what it became and when. `wording`: which of all it is, where
 * the export has them with the message
 */
export async function addTextEdit(
  conversation: Conversation,
  edit: { key: string; sender: string; time: number; said: Said; order?: number; wording?: number },
): Promise<void> {
  await addEdit(conversation, { ...edit, editedAt: edit.time }, textContent("m.text", edit.said));
}

/** An edit as clients send it: the new content beside a text for clients that know nothing of edits. */
async function addEdit(
  conversation: Conversation,
  message: Pick<ForeignMessage, "key" | "sender" | "time" | "editedAt" | "order"> & { wording?: number },
  content: JsonObject,
): Promise<void> {
  const { ids } = conversation;
  const { key, sender, time, editedAt = time, order = time, wording } = message;
  const origin_server_ts = Math.max(editedAt, time);
  // a log may tell of several; to the second, as the message and the log may give the same edit in two ways
  const which = wording === undefined ? Math.floor(origin_server_ts / 1000) : `wording ${wording}`;
  const event_id = ids.event(`${key}/edit/${which}`);
  if (conversation.has(event_id)) return;
  const edit: JsonObject = {
    ...content,
    body: `* ${stringMember(content, "body") ?? ""}`,
    "m.new_content": content,
    "m.relates_to": { rel_type: "m.replace", event_id: ids.event(key) },
  };
  const event = { event_id, type: "m.room.message", sender, origin_server_ts, content: edit };
  await conversation.add(event, Math.max(order, origin_server_ts));
}

/** Adds who reacted to the event `target`, each person once with each emoji. */
export async function addReactions(
  conversation: Conversation,
  message: Pick<ForeignMessage, "key" | "time" | "reactions" | "order">,
  target: string,
): Promise<void> {
  const { ids, ledger } = conversation;
  for (const { sender, emoji, time } of message.reactions ?? []) {
    const event_id = ids.event(`${message.key}/reaction/${JSON.stringify([sender, emoji])}`);
    if (conversation.has(event_id)) continue;
    if (time === undefined) ledger.count("reaction_time_unknown");
    if (CUSTOM.test(emoji)) ledger.count("emoji_picture_left_out");
    const content = { "m.relates_to": { rel_type: "m.annotation", event_id: target, key: emoji } };
    const origin_server_ts = Math.max(time ?? message.time, message.time);
    const event = { event_id, type: "m.reaction", sender, origin_server_ts, content };
    await conversation.add(event, message.order ?? origin_server_ts);
  }
}
