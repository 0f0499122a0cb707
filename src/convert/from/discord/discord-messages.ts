import { isObject } from "../../../matrix/json.ts";
import { Fields } from "../../input/fields.ts";
import { folderOf, type ExportFile, type ExportFiles } from "../../input/export-files.ts";
import { jsonPieces } from "../../input/json-pieces.ts";
import type { Conversation } from "../../room/conversation.ts";
import { joined, type Said } from "../../text/html.ts";
import { fromMarkdown } from "../../text/markdown.ts";
import { addMessage, say, type ForeignFile, type ForeignReaction } from "../message.ts";
import { cardText, isPreview } from "./discord-cards.ts";
import type { DiscordHead } from "./discord-head.ts";

/** What people wrote themselves; everything else is said by Discord about them. Kinds that the exporter does not know have numbers. */
const WRITTEN = new Set([
  "Default",
  "Reply",
  "19",
  "ApplicationCommand",
  "ChatInputCommand",
  "ContextMenuCommand",
  "20",
  "23",
]);
const REPLIES = new Set(["Reply", "19", "ApplicationCommand", "ChatInputCommand", "ContextMenuCommand", "20", "23"]);
/** The first message of a thread, which only points to the message that the thread began with (Discord, "Message types"). */
const THREAD_STARTER = "21";

/** Reads the messages of one channel, from one document or several parts. */
export class DiscordReader {
  readonly pinned: string[] = [];
  readonly #conversation: Conversation;
  readonly #files: ExportFiles;
  readonly #head: DiscordHead;
  readonly #odd: () => void;
  #folder = "";
  #count = 0;

  constructor(conversation: Conversation, files: ExportFiles, head: DiscordHead) {
    this.#conversation = conversation;
    this.#files = files;
    this.#head = head;
    this.#odd = () => conversation.ledger.count("field_malformed");
  }

  /** `path`: of the document */
  async read(path: string): Promise<void> {
    const document = this.#files.file(path);
    if (!document) return;
    this.#folder = folderOf(path);
    for await (const { index, value } of jsonPieces(document.read(), { lists: ["messages"] })) {
      if (index === undefined) continue;
      this.#count++;
      const message = isObject(value) ? new Fields(value, this.#odd) : undefined;
      const id = message?.id("id");
      const time = Date.parse(message?.text("timestamp") ?? "");
      if (!message || id === undefined || Number.isNaN(time)) this.#conversation.ledger.count("message_malformed");
      else await this.#add(message, id, time);
    }
  }

  async #add(message: Fields, id: string, time: number): Promise<void> {
    const { ledger, ids } = this.#conversation;
    const type = message.id("type") ?? "Default";
    const forwarded = message.object("forwardedMessage");
    const reference = forwarded ? undefined : message.object("reference");
    const answered = reference?.id("messageId");
    const place = reference?.id("channelId");
    const isHere = place === undefined || place === this.#head.id;
    if (type === THREAD_STARTER) {
      if (answered === undefined || !this.#conversation.has(ids.event(answered)))
        ledger.count("thread_start_elsewhere");
      return;
    }
    const isReply = REPLIES.has(type) && answered !== undefined;
    if (isReply && !isHere) ledger.count("reply_elsewhere");
    if (message.list("components").length > 0 || message.has("interaction")) ledger.count("detail_left_out");
    const { said, files } = this.#all(message, forwarded);
    const edited = Date.parse(message.text("timestampEdited") ?? "");
    const { isReversed } = this.#head;
    const eventId = await addMessage(this.#conversation, {
      key: id,
      sender: await this.#person(message.object("author")),
      time,
      kind: WRITTEN.has(type) ? "m.text" : "m.notice",
      said,
      files,
      replyTo: isReply && isHere ? answered : undefined,
      editedAt: Number.isNaN(edited) ? undefined : edited,
      reactions: await this.#reactions(message),
      unordered: isReversed,
      tie: isReversed ? -this.#count : undefined,
    });
    if (message.flag("isPinned") && eventId !== undefined) this.pinned.push(eventId);
  }

  /** What a message says itself, and then what it forwards. */
  #all(message: Fields, forwarded: Fields | undefined): { said: Said; files: ForeignFile[] } {
    const names = namesIn(message);
    const own = this.#words(message, names);
    if (!forwarded) return own;
    const { said, files } = this.#words(forwarded, names);
    return { said: joined(own.said, { body: "Forwarded:" }, said), files: [...own.files, ...files] };
  }

  #words(message: Fields, names: ReadonlyMap<string, string>): { said: Said; files: ForeignFile[] } {
    const text = withNames(message.text("content") ?? "", names);
    const own = say(this.#conversation, text, (all) => fromMarkdown(all, "discord"));
    const embeds = message.objects("embeds");
    const cards = embeds.filter((card) => !isPreview(card, text));
    this.#conversation.ledger.count("preview_left_out", embeds.length - cards.length);
    const files = [...this.#filesOf(message), ...cards.flatMap((card) => this.#filesOfCard(card))];
    return { said: joined(own, ...cards.map(cardText)), files };
  }

  #filesOf(message: Fields): ForeignFile[] {
    const attachments = message.objects("attachments").map((file) => {
      const url = file.text("url") ?? "";
      return this.#file(file.id("id") ?? url, file.anyText("fileName") ?? fileNameOf(url), url);
    });
    const stickers = message.objects("stickers").map((sticker): ForeignFile => {
      const url = sticker.text("sourceUrl") ?? "";
      const name = sticker.anyText("name") ?? "sticker";
      return { ...this.#file(`sticker/${sticker.id("id") ?? url}`, name, url), kind: "sticker" };
    });
    return [...attachments, ...stickers];
  }

  /** The pictures and the film of a card; icons are left out. */
  #filesOfCard(card: Fields): ForeignFile[] {
    if (card.object("author")?.anyText("iconUrl") || card.object("footer")?.anyText("iconUrl"))
      this.#conversation.ledger.count("detail_left_out");
    const assets = [card.object("image"), ...card.objects("images"), card.object("video"), card.object("thumbnail")];
    const byUrl = new Map<string, string>();
    for (const asset of assets) {
      const url = asset?.anyText("url");
      // the first of the pictures stands there twice
      if (url !== undefined && !byUrl.has(url)) byUrl.set(url, asset?.anyText("canonicalUrl") ?? url);
    }
    return [...byUrl].map(([url, shown]) => this.#file(`embed/${url}`, fileNameOf(shown), url));
  }

  /** Where files were not downloaded, the export has their address on the web. */
  #file(key: string, name: string, url: string): ForeignFile {
    const isWeb = /^https?:\/\//i.test(url);
    return { key, name, file: isWeb ? undefined : this.#local(url), ...(isWeb && { url: url.split("?")[0] }) };
  }

  #local(path: string): ExportFile | undefined {
    const plain = path.replaceAll("\\", "/").replace(/^\.\//, "");
    const candidates = [path, plain, decoded(plain)].map((each) => this.#folder + each);
    return candidates.map((each) => this.#files.file(each)).find(Boolean);
  }

  /** A webhook speaks under any name that is given to it: each is somebody of their own. */
  async #person(author: Fields | undefined): Promise<string> {
    const { ids, people } = this.#conversation;
    const id = author?.id("id") ?? "unknown";
    const name = author?.anyText("nickname", "name");
    const isWebhook = author?.flag("isBot") === true && /^0*$/.test(author.id("discriminator") ?? "");
    const userId = isWebhook && name !== undefined ? ids.persona(id, name) : ids.user(id);
    const avatarUrl = author?.anyText("avatarUrl");
    const picture = avatarUrl && !people.all.get(userId)?.avatar ? this.#local(avatarUrl) : undefined;
    const key = `avatar/${avatarUrl ?? ""}`;
    const avatar = picture ? (await this.#conversation.place(picture, { key, name: "avatar" })).uri : null;
    people.meet(userId, name, avatar);
    return userId;
  }

  async #reactions(message: Fields): Promise<ForeignReaction[]> {
    const found: ForeignReaction[] = [];
    for (const reaction of message.objects("reactions")) {
      const emoji = reaction.object("emoji");
      const name = emoji?.anyText("name");
      const users = reaction.objects("users");
      const count = Math.floor(reaction.number("count") ?? users.length);
      if (name === undefined) {
        this.#conversation.ledger.count("reactions_unattributed", Math.max(1, count));
        continue;
      }
      const shown = emoji?.id("id") === undefined ? name : `:${name}:`;
      for (const user of users) found.push({ sender: await this.#person(user), emoji: shown });
      this.#conversation.ledger.count("reactions_unattributed", Math.max(0, count - users.length));
    }
    return found;
  }
}

function namesIn(message: Fields): ReadonlyMap<string, string> {
  const people = message.objects("mentions");
  return new Map(people.map((user) => [user.id("id") ?? "", user.anyText("nickname", "name") ?? user.id("id") ?? ""]));
}

/** Where the exporter did not write out what mentions lead to. */
function withNames(text: string, mentions: ReadonlyMap<string, string>): string {
  return text
    .replaceAll(/<@!?(\d{1,20})>/g, (all, id: string) => (mentions.has(id) ? `@${mentions.get(id) ?? id}` : all))
    .replaceAll(/<a?:(\w{1,64}):\d{1,20}>/g, ":$1:")
    .replaceAll(/<t:(-?\d{1,11})(?::[a-zA-Z])?>/g, (_all, seconds: string) => {
      return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
    });
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The last part of an address or path. */
function fileNameOf(address: string): string {
  const [path = ""] = address.split(/[?#]/, 1);
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1) || "file";
}
