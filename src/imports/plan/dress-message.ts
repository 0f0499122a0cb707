import type { ImportedSender } from "../../bundle/manifest/manifest.ts";
import { isolatedName, shownName } from "./author-name.ts";
import { escapeHtml } from "../../matrix/escape-html.ts";
import { objectMember, setMember, stringMember, type JsonObject } from "../../matrix/json.ts";
import { PER_MESSAGE_PROFILE } from "../../matrix/names.ts";
import { labelHtml, labelled, textAsHtml } from "./label.ts";

/** What an import adds to a content for clients that know nothing of `_imported_sender`; near the size limit it gives way. */
export interface Dress {
  label: "long" | "short" | "none";
  profile: boolean;
}

const HTML = "org.matrix.custom.html";
const FILES = ["m.image", "m.file", "m.audio", "m.video"];

/** A message (or what an edit puts in its place) that shows its author and mentions nobody. Changes `content` in place. */
export function dressMessage(content: JsonObject, author: ImportedSender, dress: Dress): void {
  setMember(content, "m.mentions", {});
  dressBody(content, author, dress);
  const edited = objectMember(content, "m.new_content");
  if (!edited) return;
  if (Object.hasOwn(edited, "m.mentions")) setMember(edited, "m.mentions", {});
  dressBody(edited, author, dress);
  addProfile(edited, author, dress);
}

/** The per-message profile (MSC4144). */
export function addProfile(content: JsonObject, author: ImportedSender, dress: Dress): void {
  if (!dress.profile) return;
  const profile: JsonObject = {
    id: author.user_id,
    displayname: shownName(author),
    has_fallback: dress.label !== "none",
  };
  if (author.avatar) profile["avatar_url"] = author.avatar;
  setMember(content, PER_MESSAGE_PROFILE, profile);
}

function dressBody(content: JsonObject, author: ImportedSender, dress: Dress): void {
  const msgtype = stringMember(content, "msgtype");
  const body = stringMember(content, "body");
  if (msgtype === undefined || body === undefined) return;
  if (msgtype === "m.emote") dressEmote(content, body, author, dress);
  else if (dress.label === "none") return;
  else if (msgtype === "m.text" || msgtype === "m.notice")
    setHtml(content, labelled(labelHtml(author, dress.label === "long"), htmlOf(content, body)));
  else if (FILES.includes(msgtype)) dressFile(content, body, author);
}

/** Clients put the sender's name before an emote: that would be the service's. */
function dressEmote(content: JsonObject, body: string, author: ImportedSender, dress: Dress): void {
  setMember(content, "msgtype", "m.text");
  if (dress.label === "none") return;
  setHtml(content, `<em>* ${escapeHtml(isolatedName(author))} ${htmlOf(content, body)}</em>`);
}

/** A caption stands below its file; the file's own name moves to `filename` (client-server API, "Media captions"). */
function dressFile(content: JsonObject, body: string, author: ImportedSender): void {
  const filename = stringMember(content, "filename");
  const captioned = filename !== undefined && filename !== body;
  const name = `↑ ${isolatedName(author)}`;
  if (captioned && hasHtml(content)) setHtml(content, `↑ ${labelHtml(author, false)}${htmlOf(content, body)}`);
  else if (!captioned) setMember(content, "filename", filename ?? body);
  setMember(content, "body", captioned ? `${name}: ${body}` : name);
}

function hasHtml(content: JsonObject): boolean {
  return stringMember(content, "format") === HTML && stringMember(content, "formatted_body") !== undefined;
}

function htmlOf(content: JsonObject, body: string): string {
  return hasHtml(content) ? (stringMember(content, "formatted_body") ?? "") : textAsHtml(body);
}

function setHtml(content: JsonObject, html: string): void {
  setMember(content, "format", HTML);
  setMember(content, "formatted_body", html);
}
