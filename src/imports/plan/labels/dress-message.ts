import { objectMember, setMember, stringMember, type JsonObject } from "../../../matrix/json.ts";
import { PER_MESSAGE_PROFILE } from "../../../matrix/names.ts";
import { directionMark, isolated } from "../../../matrix/text/text-direction.ts";
import { plainName } from "./author-names.ts";
import { editTexts } from "./extensible-text.ts";
import { labelHtml, labelled, labelText, nameHtml, plainText, type Byline } from "./label.ts";
import { textAsHtml } from "../../../matrix/text/text-as-html.ts";

/** What an import adds to a content for clients that know nothing of `_imported_sender`; near the size limit it gives way. */
export interface Dress {
  label: "long" | "short" | "none";
  profile: boolean;
}

const HTML = "org.matrix.custom.html";
const FILES = ["m.image", "m.file", "m.audio", "m.video"];

/** A message (or what an edit puts in its place) that shows its author and mentions nobody. Changes `content` in place. */
export function dressMessage(content: JsonObject, byline: Byline, dress: Dress): void {
  setMember(content, "m.mentions", {});
  dressBody(content, byline, dress);
  const edited = objectMember(content, "m.new_content");
  if (!edited) return;
  if (Object.hasOwn(edited, "m.mentions")) setMember(edited, "m.mentions", {});
  dressBody(edited, byline, dress);
  addProfile(edited, byline, dress);
}

/** What clients show of a sticker, a location or a message of an unknown kind, with its author. Changes `content` in place. */
export function dressWords(content: JsonObject, byline: Byline): void {
  const label = (text: string): string => labelText(byline, text) + byline.redirect(text);
  editTexts(content, label);
  if (hasHtml(content)) setHtml(content, labelledHtml(content, "", byline, false));
  for (const name of ["m.location", "org.matrix.msc3488.location"]) {
    const place = objectMember(content, name);
    const description = stringMember(place, "description");
    if (place && description !== undefined) setMember(place, "description", label(description));
  }
}

/** The per-message profile (MSC4144). */
export function addProfile(content: JsonObject, { author, shown }: Byline, dress: Dress): void {
  if (!dress.profile) return;
  const profile: JsonObject = {
    id: shown.local ?? author.user_id,
    displayname: plainName(shown),
    has_fallback: dress.label !== "none",
  };
  if (author.avatar) profile["avatar_url"] = author.avatar;
  setMember(content, PER_MESSAGE_PROFILE, profile);
}

function dressBody(content: JsonObject, byline: Byline, dress: Dress): void {
  const msgtype = stringMember(content, "msgtype") ?? "";
  const body = stringMember(content, "body");
  if (msgtype === "m.emote") setMember(content, "msgtype", "m.text");
  if (body === undefined || dress.label === "none") return;
  if (msgtype === "m.emote") dressEmote(content, body, byline);
  else if (msgtype === "m.text" || msgtype === "m.notice")
    setHtml(content, labelledHtml(content, body, byline, dress.label === "long"));
  else if (FILES.includes(msgtype)) dressFile(content, msgtype, body, byline);
  else dressWords(content, byline);
}

/** Clients put the sender's name before an emote: that would be the service's. */
function dressEmote(content: JsonObject, body: string, byline: Byline): void {
  const html = htmlOf(content, body, byline);
  setHtml(content, `<em>${directionMark(plainText(html))}* ${nameHtml(byline.shown)} ${html}</em>`);
}

/**
 * A caption stands below its file; the file's own name moves to `filename` (client-server API, "Media captions"). Of sounds clients
 * show `body` as their title: it keeps the name.
 */
function dressFile(content: JsonObject, msgtype: string, body: string, byline: Byline): void {
  const filename = stringMember(content, "filename");
  const caption = filename !== undefined && filename !== body ? body : undefined;
  const title = msgtype === "m.audio" ? `${filename ?? body} · ` : "";
  const name = `${title}↑ ${isolated(plainName(byline.shown))}`;
  if (caption === undefined) {
    setMember(content, "filename", filename ?? body);
    // HTML of a file without a caption would show as one
    for (const key of ["format", "formatted_body"]) delete content[key];
    setMember(content, "body", name);
    return;
  }
  if (hasHtml(content)) {
    const html = htmlOf(content, body, byline);
    setHtml(content, `${directionMark(plainText(html))}↑ ${labelHtml(byline, false, html)}${html}`);
  }
  setMember(content, "body", `${directionMark(caption)}${name}: ${byline.redirect(caption)}`);
}

function labelledHtml(content: JsonObject, body: string, byline: Byline, long: boolean): string {
  const html = htmlOf(content, body, byline);
  return labelled(labelHtml(byline, long, html), html);
}

function hasHtml(content: JsonObject): boolean {
  return stringMember(content, "format") === HTML && stringMember(content, "formatted_body") !== undefined;
}

/** The formatted text, or the plain one as HTML. */
function htmlOf(content: JsonObject, body: string, { redirect }: Byline): string {
  return hasHtml(content) ? redirect(stringMember(content, "formatted_body") ?? "") : textAsHtml(redirect(body));
}

function setHtml(content: JsonObject, html: string): void {
  setMember(content, "format", HTML);
  setMember(content, "formatted_body", html);
}
