import type { JsonObject } from "../../../matrix/json.ts";
import { ConvertError } from "../../convert-error.ts";
import { findByName, folderOf, type ExportFile, type ExportFiles } from "../../input/export-files.ts";
import { jsonPieces } from "../../input/json-pieces.ts";
import type { Conversation } from "../../room/conversation.ts";
import { Ids } from "../../room/ids.ts";
import type { Said } from "../../text/html.ts";
import { fromParts, type TelegramPart } from "../../text/telegram-text.ts";
import type { ForeignFormat } from "../format.ts";
import { addMessage, addReactions, say, type ForeignFile, type ForeignReaction } from "../message.ts";
import { pollEvents } from "./telegram-poll.ts";
import { serviceText, titleOf } from "./telegram-service.ts";
import { CHAT_ID, CHAT_NAME, MESSAGE, type TelegramMessage } from "./telegram-shapes.ts";

const SERVER = "telegram.invalid";
/** The folders that Telegram Desktop makes beside result.json. */
const FOLDERS = ["photos", "files", "video_files", "voice_messages", "round_video_messages", "stickers", "contacts"];
const FOLDERS_OF_CHATS = ["images", "chats"];
/** In place of a path, where the file was not asked for or could not be had. */
const NOT_INCLUDED = /\((?:File|Photo) [^)]*\)$/;

/** One chat as Telegram Desktop exports it in JSON: result.json with folders of files beside it. */
export const telegram: ForeignFormat = {
  many: false,
  beside: () => [...FOLDERS, ...FOLDERS_OF_CHATS],
  async conversations(files) {
    const path = findByName(files, /\.json$/i);
    const document = path === undefined ? undefined : files.file(path);
    if (path === undefined || !document) throw new ConvertError("export_unknown");
    const { id, name, type } = await headOf(document);
    const ids = Ids.of(SERVER, String(id));
    return [
      {
        name: name ?? type,
        ids,
        exporter: ids.user("exporter"),
        async read(conversation) {
          Object.assign(conversation.about, { name, type: type === "personal_chat" ? "direct" : "group" });
          return new TelegramReader(conversation, files, folderOf(path)).read(document);
        },
      },
    ];
  },
};

async function headOf(document: ExportFile): Promise<{ id: string | number; name: string | undefined; type: string }> {
  const found = new Map<string, unknown>();
  const members = ["name", "type", "id", "about", "personal_information"];
  for await (const { name, value } of jsonPieces(document.read(), { members, lists: ["messages"] }))
    if (!found.has(name)) found.set(name, value);
  const id = CHAT_ID.safeParse(found.get("id")).data;
  const type = CHAT_NAME.safeParse(found.get("type")).data;
  if (id === undefined || type === undefined)
    throw new ConvertError(
      found.has("about") || found.has("personal_information") ? "account_export" : "export_unknown",
    );
  return { id, type, name: CHAT_NAME.safeParse(found.get("name")).data };
}

class TelegramReader {
  readonly #conversation: Conversation;
  readonly #files: ExportFiles;
  readonly #folder: string;
  readonly #pinned = new Set<string>();
  /** milliseconds by which the exporting person's clock is ahead of UTC */
  #ahead: number | undefined;

  constructor(conversation: Conversation, files: ExportFiles, folder: string) {
    this.#conversation = conversation;
    this.#files = files;
    this.#folder = folder;
  }

  async read(document: ExportFile): Promise<{ pinned: readonly string[] }> {
    for await (const { index, value } of jsonPieces(document.read(), { lists: ["messages"] })) {
      if (index === undefined) continue;
      const { data: message } = MESSAGE.safeParse(value);
      const time = message && this.#time(message.date_unixtime, message.date);
      if (!message || time === undefined) this.#conversation.ledger.count("message_malformed");
      else if (message.type === "service") await this.#service(message, time);
      else await this.#message(message, time);
    }
    return { pinned: [...this.#pinned] };
  }

  async #message(message: TelegramMessage, time: number): Promise<void> {
    const { ids, ledger } = this.#conversation;
    const sender = this.#person(message.from_id, message.from);
    const isHere = message.reply_to_peer_id === undefined || message.reply_to_peer_id === null;
    const answers = message.reply_to_message_id;
    if (answers && !isHere) ledger.count("reply_elsewhere");
    if (message.inline_bot_buttons || message.via_bot || message.author) ledger.count("detail_left_out");
    const reactions = this.#reactions(message, time);
    const base = { key: String(message.id), sender, time, reactions };
    const replyTo = answers && isHere ? String(answers) : undefined;
    if (message.poll) {
      const events = pollEvents(ids, message.poll, base, ledger);
      for (const event of events) await this.#conversation.add(event);
      await addReactions(this.#conversation, base, ids.event(base.key));
      return;
    }
    const edited = this.#time(message.edited_unixtime, message.edited);
    await addMessage(this.#conversation, {
      ...base,
      said: this.#said(message),
      files: this.#filesOf(message),
      place: geoUri(message),
      replyTo,
      // before there were edits, exports gave the beginning of time for them
      editedAt: edited !== undefined && edited > time ? edited : undefined,
    });
  }

  /** What Telegram says about people: a new title is one, the rest stands as a notice. */
  async #service(message: TelegramMessage, time: number): Promise<void> {
    const { ids } = this.#conversation;
    const sender = this.#person(message.actor_id ?? message.from_id, message.actor ?? message.from);
    const title = titleOf(message);
    const key = String(message.id);
    const event = { event_id: ids.event(key), sender, origin_server_ts: time };
    if (title !== undefined) {
      await this.#conversation.add({ ...event, type: "m.room.name", state_key: "", content: { name: title } });
      return;
    }
    if (message.action === "pin_message" && message.message_id) this.#pinned.add(ids.event(String(message.message_id)));
    const photo = message.action === "edit_group_photo" ? this.#local(message.photo) : undefined;
    if (photo) {
      const about = { key: message.photo ?? key, name: "photo.jpg", eventId: event.event_id };
      const { uri } = await this.#conversation.place(photo, about);
      await this.#conversation.add({ ...event, type: "m.room.avatar", state_key: "", content: { url: uri } });
      return;
    }
    await addMessage(this.#conversation, { key, sender, time, kind: "m.notice", said: { body: serviceText(message) } });
  }

  #said(message: TelegramMessage): Said {
    const parts = message.text_entities ?? partsOf(message.text);
    const extra = extraLines(message);
    const before = message.forwarded_from ? [`Forwarded from ${message.forwarded_from}:`] : [];
    const plain = (text: string): TelegramPart => ({ type: "plain", text });
    const all = [
      ...before.map((line) => plain(parts.length > 0 ? `${line}\n` : line)),
      ...parts,
      ...extra.map((line, index) =>
        plain(index === 0 && parts.length === 0 && before.length === 0 ? line : `\n${line}`),
      ),
    ];
    const length = all.map(({ text }) => text).join("");
    return say(this.#conversation, length, () => fromParts(all));
  }

  #filesOf(message: TelegramMessage): ForeignFile[] {
    const { photo, file, contact_vcard: vcard, media_type: kind } = message;
    const size = { ...(message.width && { w: message.width }), ...(message.height && { h: message.height }) };
    const seconds = message.duration_seconds;
    const info: JsonObject = { ...size, ...(seconds && { duration: Math.round(seconds * 1000) }) };
    const found: ForeignFile[] = [];
    if (photo) found.push({ ...this.#file(message, photo), info });
    if (file) found.push({ ...this.#file(message, file, kind), info });
    if (vcard) found.push(this.#file(message, vcard));
    return found;
  }

  #file({ id, file_name: given, sticker_emoji }: TelegramMessage, path: string, kind?: string | null): ForeignFile {
    const name = given ?? (NOT_INCLUDED.test(path) ? "file" : path.slice(path.lastIndexOf("/") + 1));
    const found = { key: NOT_INCLUDED.test(path) ? `message/${id}` : path, name, file: this.#local(path) };
    // an animated sticker is no picture that a client could show
    if (kind === "sticker" && /\.(?:webp|png)$/i.test(path)) return { ...found, name: sticker_emoji ?? name, kind };
    return kind === "voice_message" ? { ...found, kind: "voice" } : found;
  }

  #local(path: string | null | undefined): ExportFile | undefined {
    return path ? this.#files.file(this.#folder + path.replaceAll("\\", "/")) : undefined;
  }

  #reactions({ reactions }: TelegramMessage, time: number): ForeignReaction[] {
    const { ledger } = this.#conversation;
    return (reactions ?? []).flatMap(({ emoji, document_id: id, count, recent }) => {
      const known = recent ?? [];
      ledger.count("reactions_unattributed", Math.max(0, Math.floor(count) - known.length));
      return known.map(({ from, from_id, date }) => ({
        sender: this.#person(from_id, from),
        emoji: emoji ?? `:${id ?? "emoji"}:`,
        time: this.#time(undefined, date) ?? time,
      }));
    });
  }

  #person(id: string | number | null | undefined, name: string | null | undefined): string {
    const { ids, people } = this.#conversation;
    const source = typeof id === "number" ? `user${id}` : (id ?? "unknown");
    const userId = ids.user(source);
    people.meet(userId, name ?? (id === undefined ? null : "Deleted Account"));
    return userId;
  }

  /**
   * Milliseconds since the epoch. Some times are those of the exporting person's clock only: where others are given both ways, the
   * last of these tells how that clock went.
   */
  #time(unix: string | number | null | undefined, local: string | null | undefined): number | undefined {
    const shown = Date.parse(`${local ?? ""}Z`);
    const seconds = unix === undefined || unix === null ? NaN : Number(unix);
    if (Number.isInteger(seconds) && Math.abs(seconds) < 1e11) {
      if (!Number.isNaN(shown)) this.#ahead = shown - seconds * 1000;
      return seconds * 1000;
    }
    if (Number.isNaN(shown)) return undefined;
    if (this.#ahead === undefined) this.#conversation.ledger.count("time_zone_unknown");
    return shown - (this.#ahead ?? 0);
  }
}

function partsOf(text: TelegramMessage["text"]): TelegramPart[] {
  if (typeof text === "string") return text === "" ? [] : [{ type: "plain", text }];
  return (text ?? []).map((part) => (typeof part === "string" ? { type: "plain", text: part } : part));
}

/** Where the place is that a message shares; never with an exponent, which the address must not have. */
function geoUri({ location_information: place }: TelegramMessage): string | undefined {
  if (!place) return undefined;
  const [latitude, longitude] = [place.latitude, place.longitude].map((degrees) => Number(degrees.toFixed(6)));
  return `geo:${String(latitude)},${String(longitude)}`;
}

/** What a message shares besides text and files. */
function extraLines(message: TelegramMessage): string[] {
  const { contact_information: contact, invoice_information: invoice } = message;
  const place = geoUri(message);
  const name = [contact?.first_name, contact?.last_name].filter(Boolean).join(" ");
  const lines = [
    contact && `Contact: ${[name, contact.phone_number].filter(Boolean).join(", ")}`,
    message.place_name && [message.place_name, message.address].filter(Boolean).join(", "),
    place,
    message.game_title && [message.game_title, message.game_link].filter(Boolean).join(" "),
    invoice && `Invoice: ${[invoice.title, invoice.description].filter(Boolean).join(", ")}`,
  ];
  return lines.filter((line): line is string => Boolean(line));
}
