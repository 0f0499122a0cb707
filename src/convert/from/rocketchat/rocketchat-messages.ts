import { hash } from "node:crypto";
import { isObject } from "../../../matrix/json.ts";
import { Fields } from "../../input/fields.ts";
import type { ExportFile, ExportFiles } from "../../input/export-files.ts";
import { jsonLines } from "../../input/json-lines.ts";
import type { Conversation } from "../../room/conversation.ts";
import { membership } from "../../room/prelude.ts";
import { withEmoji } from "../../text/emoji.ts";
import { joined, linked, quoted, type Said } from "../../text/html.ts";
import { fromMarks } from "../../text/slack-mrkdwn.ts";
import { addMessage, say, type ForeignFile } from "../message.ts";
import { wordsOf } from "./rocketchat-words.ts";

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
/** Where an upload lies on the server: its id and its name. */
const UPLOAD = /\/file-upload\/([^/?#]+)\/([^?#]*)/;
/** A quotation begins with a link without a label, which nobody sees. */
const QUOTING = /^(?:\[ ?\]\([^)\s]*\)\s*)+/;
const JOINED = ["uj", "ujt"];
const LEFT = ["ul", "ult"];

/** Milliseconds since the epoch of a time as JSON has it. */
export function timeOf(text: string | undefined): number | undefined {
  return text !== undefined && DATE.test(text) ? Date.parse(text) : undefined;
}

/** Reads the messages of one room of Rocket.Chat. */
export class RocketChatReader {
  readonly #conversation: Conversation;
  readonly #files: ExportFiles;
  readonly #folder: string;
  readonly #odd: () => void;

  /** `folder`: where the file of the room stands, with `assets` beside it */
  constructor(conversation: Conversation, files: ExportFiles, folder: string) {
    this.#conversation = conversation;
    this.#files = files;
    this.#folder = folder;
    this.#odd = () => conversation.ledger.count("field_malformed");
  }

  async read(document: ExportFile): Promise<void> {
    const { ledger } = this.#conversation;
    for await (const { number, value, tooLong } of jsonLines(document.read())) {
      const message = isObject(value) ? new Fields(value, this.#odd) : undefined;
      const time = timeOf(message?.text("ts"));
      if (tooLong) ledger.count("message_too_large", 1, `line ${number}`);
      else if (!message || time === undefined) ledger.count("message_malformed", 1, `line ${number}`);
      else await this.#add(message, time);
    }
  }

  async #add(message: Fields, time: number): Promise<void> {
    // messages have no ids: they are told apart by all that the export says of them
    const key = hash("sha256", JSON.stringify(message.value));
    const type = message.anyText("type");
    const sender = this.#person(message.id("username") ?? "unknown");
    const text = message.text("msg") ?? "";
    if (type === "e2e") {
      this.#conversation.ledger.count("message_unsupported");
      return;
    }
    if (type !== undefined && (await this.#asState(type, text, { key, sender, time }))) return;
    const attachments = message.objects("attachments");
    const uploads = attachments.map((attachment) => uploadOf(attachment));
    const others = attachments.filter((_, index) => uploads[index] === undefined);
    await addMessage(this.#conversation, {
      key,
      sender,
      time,
      kind: type === undefined ? "m.text" : "m.notice",
      said: joined(
        ...others.map((attachment) => this.#card(attachment)),
        type === undefined ? this.#said(text, others) : wordsOf(type, text),
      ),
      files: uploads.flatMap((upload) => (upload ? this.#file(upload, key) : [])),
      deleted: type === "rm" ? {} : undefined,
    });
  }

  /** Comings and goings, and a new topic: state events in Matrix. Other changes come as words in the language of the server. */
  async #asState(type: string, text: string, of: { key: string; sender: string; time: number }): Promise<boolean> {
    const { ids, people } = this.#conversation;
    const base = { event_id: ids.event(of.key), sender: of.sender, origin_server_ts: of.time };
    if (type === "room_changed_topic") {
      await this.#conversation.add({ ...base, type: "m.room.topic", state_key: "", content: { topic: text } });
      return true;
    }
    if (!JOINED.includes(type) && !LEFT.includes(type)) return false;
    const content = membership(people.get(of.sender), JOINED.includes(type) ? "join" : "leave");
    await this.#conversation.add({ ...base, type: "m.room.member", state_key: of.sender, content });
    return true;
  }

  #said(text: string, others: readonly Fields[]): Said {
    const quotes = others.some((attachment) => attachment.anyText("message_link") !== undefined);
    return say(this.#conversation, quotes ? text.replace(QUOTING, "") : text, (whole) => fromMarks(withEmoji(whole)));
  }

  /** Of quotations and of what bots attach, the export holds titles and addresses alone. */
  #card(attachment: Fields): Said | undefined {
    const quoting = attachment.anyText("message_link");
    this.#conversation.ledger.count(quoting === undefined ? "card_words_not_in_export" : "reply_unresolved");
    if (quoting !== undefined) return quoted(linked("Quoted message", quoting));
    const [first, ...more] = ["title_link", "image_url", "audio_url", "video_url"].flatMap(
      (name) => attachment.anyText(name) ?? [],
    );
    return joined(linked(attachment.anyText("title"), first), ...more.map((address) => linked(undefined, address)));
  }

  /** The export names one file for each message, and gives it to all of its attachments: it belongs to the one with its id. */
  #file({ attachment, id, name }: Upload, message: string): ForeignFile {
    const fileId = attachment.id("fileId");
    const given = fileId === id ? (attachment.anyText("fileName") ?? name) : name;
    const path = `${this.#folder}assets/${id}-${given}`;
    const file = this.#files.file(path);
    const shown = attachment.anyText("title") ?? given;
    return { key: file ? path : `${message}/${id}`, name: shown === "" ? "file" : shown, file };
  }

  #person(username: string): string {
    const userId = this.#conversation.ids.user(username);
    this.#conversation.people.meet(userId, username);
    return userId;
  }
}

interface Upload {
  attachment: Fields;
  id: string;
  /** as the address has it */
  name: string;
}

/** Undefined for an attachment that is no upload. */
function uploadOf(attachment: Fields): Upload | undefined {
  for (const name of ["title_link", "image_url", "audio_url", "video_url"]) {
    const [, id, last = ""] = UPLOAD.exec(attachment.anyText(name) ?? "") ?? [];
    if (id !== undefined) return { attachment, id, name: decoded(last) };
  }
  return undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
