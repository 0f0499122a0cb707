import { isObject, stringMember } from "../../../matrix/json.ts";
import { ConvertError } from "../../convert-error.ts";
import { Fields } from "../../input/fields.ts";
import { folderOf, type ExportFile, type ExportFiles } from "../../input/export-files.ts";
import { jsonLines } from "../../input/json-lines.ts";
import type { Conversation } from "../../room/conversation.ts";
import { Ids } from "../../room/ids.ts";
import { LocalClock } from "../../room/local-clock.ts";
import { joined, plain, quoted } from "../../text/html.ts";
import type { ForeignConversation, ForeignFormat, ReadOptions } from "../format.ts";
import { addMessage, type ForeignFile, type ForeignReaction } from "../message.ts";

const SERVER = "signal.invalid";
/** Before the names of files: the time of their message and their number in it. */
const PREFIX = /^\d{4}-\d\d-\d\dT[\d.-]+_\d\d_/;
const DATE = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(Z|[+-]\d\d:\d\d)?$/;

/** What signal-export makes: a folder for each conversation, with its messages in data.json (JSON Lines) and its files in `media`. */
export const signal: ForeignFormat = {
  many: false,
  beside: () => ["media"],
  async conversations(files, options) {
    const found: ForeignConversation[] = [];
    for (const path of files.paths.filter((each) => /(?:^|\/)data\.json$/.test(each))) {
      const document = files.file(path);
      if (document && (await isOne(document))) found.push(conversationOf(path, document, files, options));
    }
    if (found.length === 0) throw new ConvertError("export_unknown");
    return found;
  },
};

async function isOne(document: ExportFile): Promise<boolean> {
  for await (const { value } of jsonLines(document.read()))
    return isObject(value) && typeof stringMember(value, "date") === "string" && "sender" in value;
  return false;
}

function conversationOf(
  path: string,
  document: ExportFile,
  files: ExportFiles,
  { timeZone }: ReadOptions,
): ForeignConversation {
  const folder = folderOf(path);
  const name = folder.split("/").at(-2) ?? "Signal";
  const ids = Ids.of(SERVER, name);
  return {
    name,
    bytes: document.size,
    ids,
    exporter: ids.user("exporter"),
    async read(conversation) {
      Object.assign(conversation.about, { name });
      for (const code of ["people_are_names", "edits_not_in_export", "pins_not_in_export"] as const)
        conversation.ledger.say(code);
      const clock = new LocalClock(timeZone, conversation.ledger);
      await new SignalReader(conversation, files, folder, clock).read(document);
      return { pinned: [] };
    },
  };
}

class SignalReader {
  readonly #conversation: Conversation;
  readonly #files: ExportFiles;
  readonly #folder: string;
  readonly #clock: LocalClock;
  readonly #odd: () => void;
  /** keys of messages by their words */
  readonly #said = new Map<string, string[]>();

  constructor(conversation: Conversation, files: ExportFiles, folder: string, clock: LocalClock) {
    this.#conversation = conversation;
    this.#files = files;
    this.#folder = folder;
    this.#clock = clock;
    this.#odd = () => conversation.ledger.count("field_malformed");
  }

  async read(document: ExportFile): Promise<void> {
    const { ledger } = this.#conversation;
    for await (const { number, value, tooLong } of jsonLines(document.read())) {
      const message = isObject(value) ? new Fields(value, this.#odd) : undefined;
      const time = message && this.#time(message.text("date"));
      if (tooLong) ledger.count("message_too_large", 1, `line ${number}`);
      else if (!message || time === undefined) ledger.count("message_malformed", 1, `line ${number}`);
      else await this.#add(message, time, number);
    }
  }

  async #add(message: Fields, time: number, order: number): Promise<void> {
    // the program puts two spaces behind each text, for a line break in Markdown
    const body = (message.text("body") ?? "").replace(/ {2}$/, "");
    const quote = unquoted(message.text("quote") ?? "");
    const answered = quote === "" ? [] : (this.#said.get(normal(quote)) ?? []);
    const replyTo = answered.length === 1 ? answered[0] : undefined;
    if (quote !== "" && replyTo === undefined) this.#conversation.ledger.count("reply_as_quote");
    const key = String(order);
    const said = quote !== "" && replyTo === undefined ? joined(quoted(plain(quote)), plain(body)) : plain(body);
    await addMessage(this.#conversation, {
      key,
      sender: this.#person(message.text("sender") ?? "unknown"),
      time,
      order,
      kind: message.flag("call") ? "m.notice" : "m.text",
      said,
      files: [...message.objects("attachments").map((file) => this.#file(file)), ...this.#sticker(message, key)],
      replyTo,
      reactions: this.#reactions(message),
      deleted: message.flag("deleted") ? {} : undefined,
    });
    if (body.trim() !== "") this.#said.set(normal(body), [...(this.#said.get(normal(body)) ?? []), key]);
  }

  #file(file: Fields): ForeignFile {
    const path = file.text("path") ?? "";
    const name = (file.anyText("name") ?? path.slice(path.lastIndexOf("/") + 1)).replace(PREFIX, "");
    const found = this.#files.file(this.#folder + path.replace(/^\.\//, ""));
    return { key: this.#folder + path, name: name || "file", file: found };
  }

  #sticker(message: Fields, key: string): ForeignFile[] {
    const sticker = message.object("sticker");
    if (!sticker) return [];
    return [{ key: `sticker/${key}`, name: sticker.anyText("emoji") ?? "sticker", file: undefined, kind: "sticker" }];
  }

  #reactions(message: Fields): ForeignReaction[] {
    return message.list("reactions").flatMap((reaction) => {
      const [name, emoji] = Array.isArray(reaction)
        ? reaction
        : [stringMember(reaction, "name"), stringMember(reaction, "emoji")];
      if (typeof name === "string" && typeof emoji === "string" && emoji !== "")
        return { sender: this.#person(name), emoji };
      this.#odd();
      return [];
    });
  }

  #person(name: string): string {
    const userId = this.#conversation.ids.user(`name ${name}`);
    this.#conversation.people.meet(userId, name);
    return userId;
  }

  #time(date: string | undefined): number | undefined {
    const [all, year, month, day, hour, minute, second, fraction, zone] = DATE.exec(date ?? "") ?? [];
    if (all === undefined) return undefined;
    if (zone !== undefined) return Date.parse(all.replace(" ", "T"));
    const [y = 0, mo = 0, d = 0, h = 0, mi = 0] = [year, month, day, hour, minute].map(Number);
    const millisecond = Number((fraction ?? "0").padEnd(3, "0").slice(0, 3));
    return this.#clock.read({
      year: y,
      month: mo,
      day: d,
      hour: h,
      minute: mi,
      second: Number(second ?? 0),
      millisecond,
    });
  }
}

/** The words inside of a quotation in Markdown. */
function unquoted(quote: string): string {
  return quote
    .split("\n")
    .map((line) => line.replace(/^> ?/, ""))
    .join("\n")
    .trim();
}

/** So that formatting does not keep words apart. */
function normal(text: string): string {
  return text
    .replaceAll(/[`*_~|]/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}
