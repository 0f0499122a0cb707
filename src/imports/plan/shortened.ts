import { cloneJson, objectMember, stringMember, type JsonObject } from "../../matrix/json.ts";
import type { Attempt } from "../replay/attempt.ts";
import { addProfile, dressMessage, type Dress } from "./labels/dress-message.ts";
import { labelText, type Byline } from "./labels/label.ts";
import { attributed, originBlock, type Provenance } from "./origin.ts";
import { contentBytes, cutText } from "./sendable.ts";

/** For contents whose original is in a file: the limit of an event less what surrounds a content on any server. */
const LIMIT = 63_000;
/** The same of contents that are encrypted: in base64 they take a third more. */
const ENCRYPTED_LIMIT = 46_000;
/** So much of a text tells its direction. */
const BEGINNING = 1000;
const DRESS: Dress = { label: "short", profile: true };

const WHOLE = {
  code: "content_in_file",
  message: "The original content did not fit into an event beside its author's name; it is kept as a file.",
};
const CUT = {
  code: "content_in_file",
  message: "The whole content did not fit into an event; it is kept as a file beside a shortened message.",
};

/** Message, provenance and author of what has to become shorter. */
interface Long {
  provenance: Provenance;
  /** with the addresses and ids of the new room, without label */
  content: JsonObject;
  byline: Byline;
}

/** The message as it should be, its original in a file; undefined where it is too large even so. */
export function besideFile(dressed: JsonObject, provenance: Provenance): Attempt | undefined {
  const content = attributed(dressed, provenance, originBlock(provenance));
  const { type, content: file } = provenance.original;
  return contentBytes(content) <= limitOf(provenance) ? { type, content, file, gaveUp: WHOLE } : undefined;
}

/** The words of a message with their author, cut where they do not fit, its original in a file; undefined for what has no words. */
export function shortened({ provenance, content, byline }: Long): Attempt | undefined {
  const body = stringMember(content, "body")?.toWellFormed();
  const msgtype = stringMember(content, "msgtype");
  const isFile = Object.hasOwn(content, "url") || Object.hasOwn(content, "file");
  if (body === undefined || msgtype === undefined || isFile) return undefined;
  const newBody = stringMember(objectMember(content, "m.new_content"), "body")?.toWellFormed();
  const kind = msgtype === "m.emote" ? "m.text" : msgtype.toWellFormed();
  const bare: JsonObject = { msgtype: kind, body: "", "m.mentions": {} };
  const relation = objectMember(content, "m.relates_to");
  if (relation) bare["m.relates_to"] = relation;
  const holding = (text: string, newText: string | undefined): JsonObject =>
    newText === undefined
      ? { ...bare, body: text }
      : { ...bare, body: text, "m.new_content": { msgtype: kind, body: newText } };

  const whole = cloneJson(holding(body, newBody));
  dressMessage(whole, byline, DRESS);
  addProfile(whole, byline, DRESS);
  const labelled = besideFile(whole, provenance);
  if (labelled) return labelled;

  const cut = holding("", newBody === undefined ? undefined : "");
  addProfile(cut, byline, DRESS);
  const room = limitOf(provenance) - contentBytes(attributed(cut, provenance, originBlock(provenance)));
  const texts = [body, newBody].map((text) => text && labelText(byline, text.slice(0, BEGINNING)) + text);
  const share = newBody === undefined ? room : Math.floor(room / 2);
  const [text = "", newText] = texts.map((each) => (each === undefined ? undefined : cutText(each, share)));
  const isWhole = text === texts[0] && newText === texts[1];
  const sent = { ...cut, ...holding(text, newText) };
  const { type, content: file } = provenance.original;
  const attempt = attributed(sent, provenance, originBlock(provenance));
  return { type, content: attempt, file, gaveUp: isWhole ? WHOLE : CUT };
}

function limitOf({ encrypted }: Provenance): number {
  return encrypted ? ENCRYPTED_LIMIT : LIMIT;
}
