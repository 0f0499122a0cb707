import { isObject } from "../../../matrix/json.ts";
import { ConvertError } from "../../convert-error.ts";
import { folderOf, type ExportFile, type ExportFiles } from "../../input/export-files.ts";
import { Fields } from "../../input/fields.ts";
import { jsonLines } from "../../input/json-lines.ts";
import { textLines } from "../../input/text-lines.ts";
import { Ids } from "../../room/ids.ts";
import type { ForeignConversation, ForeignFormat } from "../format.ts";
import { RocketChatReader, timeOf } from "./rocketchat-messages.ts";

const SERVER = "rocketchat.invalid";
/** Lines that are looked at to tell what a file holds: the first could be damaged. */
const HEAD = 3;
/** What the exports of Rocket.Chat do not hold. */
const NOT_IN_EXPORT = [
  "reactions_unavailable",
  "edits_not_in_export",
  "pins_not_in_export",
  "threads_not_in_export",
] as const;

/**
 * What Rocket.Chat writes as JSON: "Export messages" of a room, and the data that somebody downloads of their own account. A file
 * of messages (JSON Lines) for each room, named after it, and the files in `assets`; with an account also user.json, channels.json.
 */
export const rocketchat: ForeignFormat = {
  many: false,
  beside: () => ["assets"],
  async conversations(files) {
    const found: ForeignConversation[] = [];
    for (const path of files.paths) {
      const document = path.endsWith(".json") ? files.file(path) : undefined;
      if (document && (await isOne(document))) found.push(await conversationOf(path, document, files));
    }
    if (found.length > 0) return found;
    throw new ConvertError((await isHtml(files)) ? "html_export" : "export_unknown");
  },
};

async function isOne(document: ExportFile): Promise<boolean> {
  let seen = 0;
  for await (const { value } of jsonLines(document.read())) {
    const message = Fields.of(value, () => undefined);
    if (timeOf(message?.text("ts")) !== undefined && ["msg", "username", "type"].some((name) => message?.has(name)))
      return true;
    if (++seen === HEAD) return false;
  }
  return false;
}

/** The same export as HTML has the same file for each room, with a page. */
async function isHtml(files: ExportFiles): Promise<boolean> {
  for (const path of files.paths) {
    const document = path.endsWith(".html") ? files.file(path) : undefined;
    if (!document) continue;
    let head = "";
    for await (const line of textLines(document.read())) {
      head += line;
      if (head.length > 200) break;
    }
    if (/^<meta http-equiv="content-type" content="text\/html; charset=utf-8"><p><strong>/.test(head)) return true;
  }
  return false;
}

interface Listed {
  id: string;
  isDirect: boolean;
}

/** What channels.json says of the room whose messages stand in that file. */
async function listed(document: ExportFile | undefined, stem: string): Promise<Listed | undefined> {
  for await (const { value } of document ? jsonLines(document.read()) : []) {
    const line = Fields.of(value, () => undefined);
    const id = line?.id("roomId");
    if (line && id !== undefined && (line.id("roomName") ?? id) === stem)
      return { id, isDirect: line.text("type") === "d" };
  }
  return undefined;
}

/** The account whose data was downloaded; undefined for the export of one room. */
async function accountOf(document: ExportFile | undefined): Promise<Fields | undefined> {
  for await (const { value } of document ? jsonLines(document.read()) : [])
    return isObject(value) && !("ts" in value) ? Fields.of(value, () => undefined) : undefined;
  return undefined;
}

async function conversationOf(path: string, document: ExportFile, files: ExportFiles): Promise<ForeignConversation> {
  const folder = folderOf(path);
  const name = path.slice(folder.length, -".json".length);
  const room = await listed(files.file(`${folder}channels.json`), name);
  const account = await accountOf(files.file(`${folder}user.json`));
  const ids = Ids.of(SERVER, room?.id ?? name);
  return {
    name,
    bytes: document.size,
    ids,
    exporter: ids.user("exporter"),
    async read(conversation) {
      Object.assign(conversation.about, {
        name: room?.isDirect ? undefined : name,
        type: room?.isDirect ? "direct" : "group",
      });
      for (const code of NOT_IN_EXPORT) conversation.ledger.say(code);
      const username = account?.id("username");
      if (account) conversation.ledger.say("people_hidden");
      if (username !== undefined) {
        const avatar = files.file(`${folder}avatar`);
        const about = { key: `${folder}avatar`, name: "avatar" };
        const picture = avatar ? (await conversation.place(avatar, about)).uri : null;
        conversation.people.meet(ids.user(username), account?.anyText("name") ?? username, picture);
      }
      await new RocketChatReader(conversation, files, folder).read(document);
      return { pinned: [] };
    },
  };
}
