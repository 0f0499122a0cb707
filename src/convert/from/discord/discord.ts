import { ConvertError } from "../../convert-error.ts";
import type { ExportFiles } from "../../input/export-files.ts";
import { Ids } from "../../room/ids.ts";
import type { ForeignConversation, ForeignFormat } from "../format.ts";
import { headOf, type DiscordHead } from "./discord-head.ts";
import { DiscordReader } from "./discord-messages.ts";

const SERVER = "discord.invalid";
/** 2015-01-01: Discord's ids count milliseconds from there, in their upper bits. */
const EPOCH = 1_420_070_400_000;
/** What the exporter puts behind the names of the second and later parts of a channel. */
const PART = / \[part (\d{1,6})\](?=\.json$)/i;

/**
 * The JSON format of DiscordChatExporter: a document for each channel, or several parts of one, with a folder of its files where
 * they were asked for.
 */
export const discord: ForeignFormat = {
  many: false,
  beside: (fileName) => [`${fileName.replace(PART, "")}_Files`, `${fileName}_Files`],
  siblings: (fileName, other) => other.replace(PART, "") === fileName.replace(PART, ""),
  async conversations(files) {
    const channels = new Map<string, { head: DiscordHead; paths: string[] }>();
    const documents = files.paths.filter((path) => /\.json$/i.test(path));
    for (const path of documents.sort((a, b) => partOf(a) - partOf(b))) {
      const head = await readHead(files, path, documents.length > 1);
      if (!head) continue;
      const known = channels.get(head.id);
      if (known) known.paths.push(path);
      else channels.set(head.id, { head, paths: [path] });
    }
    if (channels.size === 0) throw new ConvertError("export_unknown");
    return [...channels.values()].map(({ head, paths }) => conversationOf(head, paths, files));
  },
};

/** `mayFail`: among other documents one that is none of this kind is passed over. */
async function readHead(files: ExportFiles, path: string, mayFail: boolean): Promise<DiscordHead | undefined> {
  const document = files.file(path);
  if (!document) return undefined;
  try {
    return await headOf(document);
  } catch (error) {
    if (mayFail && error instanceof ConvertError && error.code === "export_malformed") return undefined;
    throw error;
  }
}

function conversationOf(head: DiscordHead, paths: readonly string[], files: ExportFiles): ForeignConversation {
  const ids = Ids.of(SERVER, head.id);
  return {
    name: head.name ?? head.id,
    place: head.category,
    bytes: paths.reduce((sum, path) => sum + (files.file(path)?.size ?? 0), 0),
    ids,
    exporter: ids.user("exporter"),
    async read(conversation) {
      const { name, topic, isDirect, limits } = head;
      const type = isDirect ? "direct" : "group";
      Object.assign(conversation.about, { name, topic, createdAt: timeOfId(head.id), type, limits });
      const parts = paths.map(partOf);
      if (Math.max(...parts) > new Set(parts).size) conversation.ledger.say("part_missing");
      const reader = new DiscordReader(conversation, files, head);
      for (const path of paths) await reader.read(path);
      return { pinned: reader.pinned };
    },
  };
}

function partOf(path: string): number {
  return Number(PART.exec(path)?.[1] ?? 1);
}

function timeOfId(id: string): number | undefined {
  return /^\d{1,20}$/.test(id) ? Number(BigInt(id) >> 22n) + EPOCH : undefined;
}
