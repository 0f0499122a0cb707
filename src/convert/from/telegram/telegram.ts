import { ConvertError } from "../../convert-error.ts";
import { findByName, folderOf, type ExportFile } from "../../input/export-files.ts";
import { jsonPieces } from "../../input/json-pieces.ts";
import { Ids } from "../../room/ids.ts";
import type { ForeignFormat } from "../format.ts";
import { TelegramReader } from "./telegram-messages.ts";

const SERVER = "telegram.invalid";
/** The folders that Telegram Desktop makes beside result.json. */
const FOLDERS = ["photos", "files", "video_files", "voice_messages", "round_video_messages", "stickers", "contacts"];
const FOLDERS_OF_CHATS = ["images", "chats"];

/** One chat as Telegram Desktop exports it in JSON: result.json with folders of files beside it. */
export const telegram: ForeignFormat = {
  many: false,
  beside: () => [...FOLDERS, ...FOLDERS_OF_CHATS],
  async conversations(files) {
    const path = findByName(files, /\.json$/i);
    const document = path === undefined ? undefined : files.file(path);
    if (path === undefined || !document) throw new ConvertError("export_unknown");
    const { id, name, type } = await headOf(document);
    const ids = Ids.of(SERVER, id);
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

const MEMBERS = ["name", "type", "id", "about", "personal_information"];

async function headOf(document: ExportFile): Promise<{ id: string; name: string | undefined; type: string }> {
  const found = new Map<string, unknown>();
  for await (const { name, index, value } of jsonPieces(document.read(), { members: MEMBERS, lists: ["messages"] })) {
    if (index === undefined && !found.has(name)) found.set(name, value);
    // the messages come last: what is known by then is all
    if (index !== undefined && found.has("id") && found.has("type")) break;
  }
  const [id, type, name] = [found.get("id"), found.get("type"), found.get("name")];
  if ((typeof id !== "string" && typeof id !== "number") || typeof type !== "string")
    throw new ConvertError(
      found.has("about") || found.has("personal_information") ? "account_export" : "export_unknown",
    );
  return { id: String(id), type, name: typeof name === "string" ? name : undefined };
}
