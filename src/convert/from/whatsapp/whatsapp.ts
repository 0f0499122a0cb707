import { ConvertError } from "../../convert-error.ts";
import { findByName, folderOf, type ExportFile, type ExportFiles } from "../../input/export-files.ts";
import { textLines } from "../../input/text-lines.ts";
import type { Conversation } from "../../room/conversation.ts";
import { Ids } from "../../room/ids.ts";
import { LocalClock } from "../../room/local-clock.ts";
import { fromMarks } from "../../text/slack-mrkdwn.ts";
import type { ForeignFormat } from "../format.ts";
import { addMessage, say, type ForeignFile } from "../message.ts";
import { addPoll } from "../poll-content.ts";
import { DATE_ORDERS, DateOrders, dayOf, headerOf, type DateOrder, type Header } from "./whatsapp-header.ts";
import { placeIn, pollIn, wordsOf, type WhatsAppWords } from "./whatsapp-text.ts";

const SERVER = "whatsapp.invalid";

/** "Export chat" of WhatsApp: a text with the files beside it; `_chat.txt` from iPhones, a name with the chat's from Android. */
export const whatsapp: ForeignFormat = {
  many: false,
  beside: () => [],
  async conversations(files, { timeZone, dateOrder }) {
    const path = findByName(files, /^_chat\.txt$/) ?? findByName(files, /\.txt$/i);
    const document = path === undefined ? undefined : files.file(path);
    if (path === undefined || !document) throw new ConvertError("export_unknown");
    const order = await orderOf(document, dateOrder);
    const name = nameOf(path);
    const ids = Ids.of(SERVER, name ?? "chat");
    return [
      {
        name: name ?? "WhatsApp chat",
        ids,
        exporter: ids.user("exporter"),
        async read(conversation) {
          Object.assign(conversation.about, { name: name ?? "WhatsApp chat" });
          for (const code of ["people_are_names", "reactions_unavailable", "pins_not_in_export"] as const)
            conversation.ledger.say(code);
          const clock = new LocalClock(timeZone, conversation.ledger);
          await new WhatsAppReader(conversation, files, folderOf(path), order, clock).read(document);
          return { pinned: [] };
        },
      },
    ];
  },
};

/** What Android calls the file: `WhatsApp Chat with NAME.txt`, in any language. */
function nameOf(path: string): string | undefined {
  const stem = path.slice(path.lastIndexOf("/") + 1).replace(/\.txt$/i, "");
  if (stem === "_chat") return undefined;
  return /^WhatsApp[ -]Chat (?:with|mit|con|avec|com|met|-) (.+)$/i.exec(stem)?.[1] ?? stem;
}

/** @throws ConvertError export_unknown, date_order_needed */
async function orderOf(document: ExportFile, given: string | undefined): Promise<DateOrder> {
  const orders = new DateOrders();
  let hasMessages = false;
  for await (const line of textLines(document.read())) {
    const header = headerOf(line);
    if (header) orders.see(header);
    hasMessages ||= header !== undefined;
  }
  if (!hasMessages) throw new ConvertError("export_unknown");
  const chosen = DATE_ORDERS.find((order) => order === given);
  if (given !== undefined && !chosen) throw new ConvertError("date_order_needed", [...DATE_ORDERS]);
  if (chosen) return chosen;
  const { orders: left, readings } = orders.left;
  const [only, ...more] = left;
  if (only === undefined || more.length > 0)
    throw new ConvertError("date_order_needed", readings.length > 0 ? readings : [...DATE_ORDERS]);
  return only;
}

class WhatsAppReader {
  readonly #conversation: Conversation;
  readonly #files: ExportFiles;
  readonly #folder: string;
  readonly #dates: DateOrder;
  readonly #clock: LocalClock;
  #order = 0;

  constructor(conversation: Conversation, files: ExportFiles, folder: string, dates: DateOrder, clock: LocalClock) {
    this.#conversation = conversation;
    this.#files = files;
    this.#folder = folder;
    this.#dates = dates;
    this.#clock = clock;
  }

  async read(document: ExportFile): Promise<void> {
    let header: Header | undefined;
    let lines: string[] = [];
    for await (const line of textLines(document.read())) {
      const next = headerOf(line);
      if (!next) {
        if (header) lines.push(line);
        else if (line.trim() !== "") this.#conversation.ledger.count("message_malformed");
        continue;
      }
      if (header) await this.#add(header, lines);
      header = next;
      lines = [next.rest];
    }
    if (header) await this.#add(header, lines);
  }

  async #add(header: Header, lines: readonly string[]): Promise<void> {
    const { ledger, ids } = this.#conversation;
    const order = this.#order++;
    const day = dayOf(header.date, this.#dates);
    const { hour, minute, second } = header;
    const time = day && this.#clock.read({ ...day, hour, minute, second });
    if (time === undefined) {
      ledger.count("message_malformed", 1, `message ${order + 1}`);
      return;
    }
    const { name, raw } = authorOf(lines.join("\n"));
    const base = {
      key: String(order),
      time,
      order,
      sender: name === undefined ? ids.user("exporter") : this.#person(name),
    };
    const words = wordsOf(raw, this.#files, this.#folder);
    const poll = pollIn(words.text, words.isTold);
    if (poll) {
      await addPoll(this.#conversation, { ...base, ...poll, isClosed: false });
      return;
    }
    await addMessage(this.#conversation, {
      ...base,
      said: say(this.#conversation, words.text, fromMarks),
      kind: name === undefined || words.isTold ? "m.notice" : "m.text",
      files: this.#filesOf(words, order),
      place: placeIn(words.text),
      editedAt: undefined,
      deleted: words.isDeleted ? {} : undefined,
    });
    if (words.isEdited) ledger.count("edits_unavailable");
  }

  #filesOf({ file: name, omitted }: WhatsAppWords, order: number): ForeignFile[] {
    if (omitted !== undefined) return [{ key: `omitted/${order}`, name: omitted, file: undefined }];
    if (name === undefined) return [];
    const file = this.#files.file(this.#folder + name);
    const isVoice = /^PTT-|-AUDIO-|\.opus$/i.test(name);
    const isSticker = /^STK-|-STICKER-/i.test(name) && /\.webp$/i.test(name);
    return [{ key: name, name, file, ...(isVoice && { kind: "voice" }), ...(isSticker && { kind: "sticker" }) }];
  }

  #person(name: string): string {
    const userId = this.#conversation.ids.user(`name ${name}`);
    this.#conversation.people.meet(userId, name);
    return userId;
  }
}

/** The name before the first colon; what WhatsApp tells has none, or one only inside of quotation marks. */
function authorOf(rest: string): { name: string | undefined; raw: string } {
  const [, found, raw] = /^([^:\n"“”]{1,100}?): ?(.*)$/s.exec(rest) ?? [];
  if (found === undefined) return { name: undefined, raw: rest };
  const name = found
    .replaceAll(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "")
    .replace(/^~[\s\u00a0\u202f]*/, "")
    .trim();
  return name === "" ? { name: undefined, raw: rest } : { name, raw: raw ?? "" };
}
