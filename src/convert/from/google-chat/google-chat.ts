import { ConvertError } from "../../convert-error.ts";
import { Fields } from "../../input/fields.ts";
import { folderOf, type ExportFile, type ExportFiles } from "../../input/export-files.ts";
import { jsonPieces } from "../../input/json-pieces.ts";
import { Ids } from "../../room/ids.ts";
import type { ForeignConversation, ForeignFormat } from "../format.ts";
import { GoogleChatReader } from "./google-chat-messages.ts";

const SERVER = "googlechat.invalid";

/** Google Chat in Google Takeout: a folder for each conversation, with group_info.json, messages.json and its files. */
export const googleChat: ForeignFormat = {
  many: false,
  beside: () => [],
  async conversations(files) {
    const found: ForeignConversation[] = [];
    for (const path of files.paths) {
      const document = /(?:^|\/)messages\.json$/.test(path) ? files.file(path) : undefined;
      if (document && (await isOne(document))) found.push(await conversationOf(path, document, files));
    }
    if (found.length === 0) throw new ConvertError("export_unknown");
    return found;
  },
};

/** A document of messages that have a creator; of no messages at all only beside the description of its group. */
async function isOne(document: ExportFile): Promise<boolean> {
  for await (const { index, value } of jsonPieces(document.read(), { lists: ["messages"] }))
    if (index !== undefined) return Fields.of(value, () => undefined)?.object("creator") !== undefined;
  return false;
}

interface Group {
  name: string | undefined;
  members: { email: string; name: string }[];
}

async function groupOf(file: ExportFile | undefined): Promise<Group> {
  let name: string | undefined;
  const members: Group["members"] = [];
  for await (const piece of file ? jsonPieces(file.read(), { members: ["name"], lists: ["members"] }) : []) {
    if (piece.name === "name" && typeof piece.value === "string" && piece.value !== "") name = piece.value;
    const member = piece.index === undefined ? undefined : Fields.of(piece.value, () => undefined);
    const email = member?.id("email");
    if (member && email !== undefined) members.push({ email, name: member.anyText("name") ?? email });
  }
  return { name, members };
}

async function conversationOf(path: string, document: ExportFile, files: ExportFiles): Promise<ForeignConversation> {
  const folder = folderOf(path);
  const id = folder.split("/").at(-2) ?? "chat";
  const group = await groupOf(files.file(`${folder}group_info.json`));
  const ids = Ids.of(SERVER, id);
  const isDirect = id.startsWith("DM ");
  const called = group.name ?? (group.members.map(({ name }) => name).join(", ") || id);
  return {
    name: group.name ?? id,
    bytes: document.size,
    ids,
    exporter: ids.user("exporter"),
    async read(conversation) {
      Object.assign(conversation.about, { name: called, type: isDirect ? "direct" : "group" });
      conversation.ledger.say("pins_not_in_export");
      for (const { email, name } of group.members) conversation.people.meet(ids.user(email), name);
      await new GoogleChatReader(conversation, files, folder).read(document);
      return { pinned: [] };
    },
  };
}
