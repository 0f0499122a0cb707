import { isUserId, serverOf } from "../../../matrix/ids.ts";
import { stringMember, type JsonValue } from "../../../matrix/json.ts";
import { ConvertError } from "../../convert-error.ts";
import { findByName, folderOf, type ExportFile } from "../../input/export-files.ts";
import { jsonPieces } from "../../input/json-pieces.ts";
import { Ids } from "../../room/ids.ts";
import { ElementReader, eventOf, showsFile } from "./element-events.ts";
import { ElementFiles } from "./element-files.ts";
import { ElementTrust } from "./element-trust.ts";
import type { ForeignFormat } from "../format.ts";

/** Element's "Export chat" in its JSON format: one document, in a ZIP with the files where they were asked for. */
export const element: ForeignFormat = {
  many: false,
  beside: () => ["images", "videos", "audio", "stickers", "files"],
  async conversations(files, { trustImported }) {
    const path = findByName(files, /^export\.json$/) ?? findByName(files, /\.json$/i);
    const document = path === undefined ? undefined : files.file(path);
    if (path === undefined || !document) throw new ConvertError("export_unknown");
    const attachments = new ElementFiles(files, folderOf(path));
    const { name, topic, ids, exporter } = await headOf(document, attachments);
    return [
      {
        name: name ?? ids.roomId,
        ids,
        exporter,
        async read(conversation) {
          Object.assign(conversation.about, { name, topic });
          await new ElementReader(conversation, attachments, new ElementTrust(trustImported)).read(document);
          return undefined;
        },
      },
    ];
  },
};

interface Head {
  name: string | undefined;
  topic: string | undefined;
  ids: Ids;
  exporter: string;
}

/** What the document says of the room, and what its events say of who made the room and where. `attachments` takes note of all. */
async function headOf(document: ExportFile, attachments: ElementFiles): Promise<Head> {
  const texts = new Map<string, string>();
  const people = new Map<string, string>();
  let roomId: string | undefined;
  let creator: string | undefined;
  let someone: string | undefined;
  let hasMessages = false;
  const members = ["room_name", "topic", "exported_by"];
  for await (const { name, index, value } of jsonPieces(document.read(), {
    members,
    lists: ["messages"],
    exact: true,
  })) {
    if (index === undefined) {
      if (typeof value === "string" && value !== "") texts.set(name, value);
      continue;
    }
    hasMessages = true;
    const event = eventOf(value);
    if (event && showsFile(event)) attachments.note(event);
    const [type, sender] = [stringMember(value, "type"), stringMember(value, "sender")];
    roomId ??= roomIdOf(value);
    if (sender !== undefined && isUserId(sender)) someone ??= sender;
    if (type === "m.room.create" && sender !== undefined) creator ??= sender;
    const shown = type === "m.room.member" ? displayName(value) : undefined;
    if (shown && sender !== undefined && sender === stringMember(value, "state_key")) people.set(shown, sender);
  }
  if (!hasMessages && texts.has("room_name")) throw new ConvertError("export_empty");
  if (roomId === undefined || someone === undefined) throw new ConvertError("export_unknown");
  const server = serverOf(creator ?? "") || serverOf(roomId) || serverOf(someone);
  const by = texts.get("exported_by") ?? "";
  const exporter = isUserId(by) ? by : (people.get(by) ?? `@exporter:${server}`);
  return { name: texts.get("room_name"), topic: texts.get("topic"), ids: new Ids(server, roomId), exporter };
}

function roomIdOf(event: JsonValue | undefined): string | undefined {
  const id = stringMember(event, "room_id");
  return id?.startsWith("!") && id.length <= 255 ? id : undefined;
}

function displayName(event: JsonValue | undefined): string | undefined {
  return stringMember(
    typeof event === "object" && event !== null && "content" in event ? event.content : undefined,
    "displayname",
  );
}
