import type { CoverageLimit } from "../../../bundle/manifest/manifest.ts";
import { ConvertError } from "../../convert-error.ts";
import { findByName, folderOf, type ExportFile, type ExportFiles } from "../../input/export-files.ts";
import { jsonPieces } from "../../input/json-pieces.ts";
import type { Conversation } from "../../room/conversation.ts";
import { Ids } from "../../room/ids.ts";
import { escapeHtml } from "../../../matrix/escape-html.ts";
import { textAsHtml, type Said } from "../../text/html.ts";
import { fromMarkdown } from "../../text/markdown.ts";
import {
  CHANNEL,
  DATE_RANGE,
  GUILD,
  MESSAGE,
  type DiscordAsset,
  type DiscordEmbed,
  type DiscordMessage,
  type DiscordUser,
  type DiscordWords,
} from "./discord-shapes.ts";
import type { ForeignFormat } from "../format.ts";
import { addMessage, say, type ForeignFile, type ForeignReaction } from "../message.ts";

const SERVER = "discord.invalid";
/** 2015-01-01: Discord's ids count milliseconds from there, in their upper bits. */
const EPOCH = 1_420_070_400_000;
/** What people wrote themselves; everything else is said by Discord about them. */
const WRITTEN = new Set([
  "Default",
  "Reply",
  "ApplicationCommand",
  "ChatInputCommand",
  "ContextMenuCommand",
  "20",
  "23",
]);

/** The JSON format of DiscordChatExporter: one document with the channel, with a folder of its files where they were asked for. */
export const discord: ForeignFormat = {
  many: false,
  beside: (fileName) => [`${fileName}_Files`],
  async conversations(files) {
    const path = findByName(files, /\.json$/i);
    const document = path === undefined ? undefined : files.file(path);
    if (path === undefined || !document) throw new ConvertError("export_unknown");
    const { channel, limits } = await headOf(document);
    const ids = Ids.of(SERVER, channel.id);
    return [
      {
        name: channel.name ?? channel.id,
        ids,
        exporter: ids.user("exporter"),
        async read(conversation) {
          Object.assign(conversation.about, {
            name: channel.name ?? undefined,
            topic: channel.topic ?? undefined,
            createdAt: timeOfId(channel.id),
            type: channel.type === "DirectTextChat" ? "direct" : "group",
            limits,
          });
          return new DiscordReader(conversation, files, folderOf(path), channel.id).read(document);
        },
      },
    ];
  },
};

async function headOf(
  document: ExportFile,
): Promise<{ channel: ReturnType<typeof CHANNEL.parse>; limits: CoverageLimit[] }> {
  let channel;
  let isGuild = false;
  const limits: CoverageLimit[] = [];
  for await (const { name, value } of jsonPieces(document.read(), { members: ["guild", "channel", "dateRange"] })) {
    if (name === "guild") isGuild = GUILD.safeParse(value).success;
    if (name === "channel") channel = CHANNEL.safeParse(value).data;
    const range = name === "dateRange" ? DATE_RANGE.safeParse(value).data : undefined;
    const [since, until] = [Date.parse(range?.after ?? ""), Date.parse(range?.before ?? "")];
    if (!Number.isNaN(since) || !Number.isNaN(until))
      limits.push({
        kind: "date_range",
        ...(!Number.isNaN(since) && { since }),
        ...(!Number.isNaN(until) && { until }),
      });
  }
  if (!channel || !isGuild) throw new ConvertError("export_unknown");
  return { channel, limits };
}

class DiscordReader {
  readonly #conversation: Conversation;
  readonly #files: ExportFiles;
  readonly #folder: string;
  readonly #channel: string;
  readonly #pinned: string[] = [];

  constructor(conversation: Conversation, files: ExportFiles, folder: string, channel: string) {
    this.#conversation = conversation;
    this.#files = files;
    this.#folder = folder;
    this.#channel = channel;
  }

  async read(document: ExportFile): Promise<{ pinned: readonly string[] }> {
    for await (const { index, value } of jsonPieces(document.read(), { lists: ["messages"] })) {
      if (index === undefined) continue;
      const { data: message } = MESSAGE.safeParse(value);
      const time = Date.parse(message?.timestamp ?? "");
      if (!message || Number.isNaN(time)) this.#conversation.ledger.count("message_malformed");
      else await this.#add(message, time);
    }
    return { pinned: this.#pinned };
  }

  async #add(message: DiscordMessage, time: number): Promise<void> {
    const { ledger } = this.#conversation;
    const sender = await this.#person(message.author);
    const isWritten = WRITTEN.has(message.type ?? "Default");
    const { messageId, channelId } = (message.forwardedMessage ? undefined : message.reference) ?? {};
    const isHere = !channelId || channelId === this.#channel;
    if (messageId && !isHere) ledger.count("reply_elsewhere");
    if (message.components?.length || message.interaction) ledger.count("detail_left_out");
    const { said, files } = this.#all(message);
    const edited = Date.parse(message.timestampEdited ?? "");
    const eventId = await addMessage(this.#conversation, {
      key: message.id,
      sender,
      time,
      kind: isWritten ? "m.text" : "m.notice",
      said,
      files,
      replyTo: messageId && isHere && isWritten ? messageId : undefined,
      editedAt: Number.isNaN(edited) ? undefined : edited,
      reactions: await this.#reactions(message),
    });
    if (message.isPinned && eventId !== undefined) this.#pinned.push(eventId);
  }

  /** What a message says itself, and then what it forwards. */
  #all(message: DiscordMessage): { said: Said; files: ForeignFile[] } {
    const names = message.mentions ?? [];
    const own = this.#words(message, names);
    if (!message.forwardedMessage) return own;
    const { content } = message.forwardedMessage;
    const marked = { ...message.forwardedMessage, content: `Forwarded:\n${content ?? ""}`.trimEnd() };
    const { said, files } = this.#words(marked, names);
    return { said: own.said.body === "" ? said : joined(own.said, said), files: [...own.files, ...files] };
  }

  #words(message: DiscordWords, names: readonly DiscordUser[]): { said: Said; files: ForeignFile[] } {
    const text = withNames(message.content ?? "", names);
    const own = say(this.#conversation, text, (all) => fromMarkdown(all, "discord"));
    const isPreview = ({ url }: DiscordEmbed): boolean => Boolean(url) && text.includes(url ?? "");
    const cards = (message.embeds ?? []).filter((embed) => !isPreview(embed));
    this.#conversation.ledger.count("preview_left_out", (message.embeds ?? []).length - cards.length);
    const files = [...this.#filesOf(message), ...cards.flatMap((card) => this.#filesOfCard(card))];
    return { said: cards.reduce(withEmbed, own), files };
  }

  #filesOf({ attachments, stickers }: DiscordWords): ForeignFile[] {
    const files = (attachments ?? []).map(({ id, url, fileName }) => this.#file(id, fileName, url));
    for (const { id, name, sourceUrl } of stickers ?? [])
      files.push({ ...this.#file(`sticker/${id}`, name, sourceUrl ?? ""), kind: "sticker" });
    return files;
  }

  /** The pictures and the film of a card; icons are left out. */
  #filesOfCard({ image, images, video, thumbnail, author, footer }: DiscordEmbed): ForeignFile[] {
    if (author?.iconUrl || footer?.iconUrl) this.#conversation.ledger.count("detail_left_out");
    const assets = [image, ...(images ?? []), video, thumbnail].filter((asset): asset is DiscordAsset =>
      Boolean(asset),
    );
    // the first of the pictures stands there twice
    const byUrl = new Map(assets.map(({ url, canonicalUrl }) => [url ?? "", canonicalUrl ?? url ?? ""]));
    byUrl.delete("");
    return [...byUrl].map(([url, shown]) => this.#file(`embed/${url}`, fileNameOf(shown), url));
  }

  /** Where files were not downloaded, the export has their address on the web. */
  #file(key: string, name: string, url: string): ForeignFile {
    const isWeb = /^https?:\/\//i.test(url);
    return { key, name, file: isWeb ? undefined : this.#local(url), ...(isWeb && { url: url.split("?")[0] }) };
  }

  #local(path: string): ExportFile | undefined {
    const slashed = path.replaceAll("\\", "/");
    return this.#files.file(this.#folder + path) ?? this.#files.file(this.#folder + slashed);
  }

  async #person({ id, name, nickname, avatarUrl }: DiscordUser): Promise<string> {
    const { ids, people } = this.#conversation;
    const userId = ids.user(id);
    const picture = avatarUrl && !people.all.get(userId)?.avatar ? this.#local(avatarUrl) : undefined;
    const key = `avatar/${avatarUrl ?? ""}`;
    const avatar = picture ? (await this.#conversation.place(picture, { key, name: "avatar" })).uri : null;
    people.meet(userId, nickname ?? name, avatar);
    return userId;
  }

  async #reactions({ reactions }: DiscordMessage): Promise<ForeignReaction[]> {
    const found: ForeignReaction[] = [];
    for (const { emoji, count, users } of reactions ?? []) {
      const shown = emoji.id ? `:${emoji.name}:` : emoji.name;
      for (const user of users ?? []) found.push({ sender: await this.#person(user), emoji: shown });
      this.#conversation.ledger.count("reactions_unattributed", Math.max(0, Math.floor(count) - (users?.length ?? 0)));
    }
    return found;
  }
}

/** Where the exporter did not write out what mentions lead to. */
function withNames(text: string, mentions: readonly DiscordUser[]): string {
  return text
    .replaceAll(/<@!?(\d{1,20})>/g, (all, id: string) => {
      const found = mentions.find((user) => user.id === id);
      return found ? `@${found.nickname ?? found.name ?? id}` : all;
    })
    .replaceAll(/<a?:(\w{1,64}):\d{1,20}>/g, ":$1:");
}

function withEmbed({ body, html }: Said, { title, url, description, fields, author, footer }: DiscordEmbed): Said {
  const rows = (fields ?? []).map(({ name, value }) => `${name ?? ""}: ${value ?? ""}`);
  const all = [author?.name, title, url, description, ...rows, footer?.text];
  const lines = all.filter((line): line is string => Boolean(line));
  if (lines.length === 0) return html === undefined ? { body } : { body, html };
  const quoted = lines.join("\n").split("\n");
  const before = html ?? textAsHtml(body);
  return {
    body: [body, ...quoted.map((line) => `> ${line}`)].filter((line, index) => index > 0 || line !== "").join("\n"),
    html: `${before}<blockquote>${quoted.map(escapeHtml).join("<br>")}</blockquote>`,
  };
}

function joined(a: Said, b: Said): Said {
  const html = `${a.html ?? textAsHtml(a.body)}<br>${b.html ?? textAsHtml(b.body)}`;
  return { body: `${a.body}\n${b.body}`, ...((a.html ?? b.html) !== undefined && { html }) };
}

/** The last part of an address or path. */
function fileNameOf(address: string): string {
  const [path = ""] = address.split(/[?#]/, 1);
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1) || "file";
}

function timeOfId(id: string): number | undefined {
  return /^\d{1,20}$/.test(id) ? Number(BigInt(id) >> 22n) + EPOCH : undefined;
}
