import { ConvertError } from "../../convert-error.ts";
import { findByName, folderOf, type ExportFiles } from "../../input/export-files.ts";
import { jsonPieces } from "../../input/json-pieces.ts";
import { Ids } from "../../room/ids.ts";
import type { ForeignConversation, ForeignFormat } from "../format.ts";
import { headOf, ZulipReader } from "./zulip-messages.ts";
import { readRealm, type ZulipRealm } from "./zulip-realm.ts";

const SERVER = "zulip.invalid";

/**
 * The export of an organization by Zulip, unpacked: realm.json with the tables of people, channels and reactions, the messages in
 * files of a thousand, and the files in `uploads` and `avatars`.
 */
export const zulip: ForeignFormat = {
  many: false,
  beside: () => [],
  async conversations(files) {
    const path = findByName(files, /^realm\.json$/);
    const document = path === undefined ? undefined : files.file(path);
    if (path === undefined || !document) throw new ConvertError("export_unknown");
    const folder = folderOf(path);
    const realm = await readRealm(document, files, folder);
    const { places, malformed } = await index(files, folder, realm);
    if (places.size === 0) throw new ConvertError("export_empty");
    return [...places].map(([key, parts]) => conversationOf(key, { files, folder, realm, parts, malformed }));
  },
};

/** Which files hold messages of which conversation, and how many messages cannot be read. */
async function index(
  files: ExportFiles,
  folder: string,
  realm: ZulipRealm,
): Promise<{ places: Map<string, string[]>; malformed: number }> {
  const places = new Map<string, string[]>();
  let malformed = 0;
  const parts = files.paths.filter((path) => folderOf(path) === folder && /\/?messages-\d+\.json$/.test(path));
  for (const path of parts) {
    const document = files.file(path);
    for await (const { value } of document ? jsonPieces(document.read(), { lists: ["zerver_message"] }) : []) {
      const head = headOf(value);
      if (!head) malformed++;
      const key = head && realm.conversationKey(head);
      const known = key === undefined ? undefined : places.get(key);
      if (key !== undefined && known?.at(-1) !== path) places.set(key, [...(known ?? []), path]);
    }
  }
  return { places, malformed };
}

interface Source {
  files: ExportFiles;
  folder: string;
  realm: ZulipRealm;
  /** the files with messages of it */
  parts: readonly string[];
  /** messages of the whole export */
  malformed: number;
}

function conversationOf(key: string, { files, folder, realm, parts, malformed }: Source): ForeignConversation {
  const ids = Ids.of(SERVER, key);
  const { name, about, isListed } = realm.conversation(key);
  const creator = about.creator === undefined ? undefined : ids.user(about.creator);
  return {
    name,
    ids,
    exporter: ids.user("exporter"),
    async read(conversation) {
      Object.assign(conversation.about, { ...about, creator });
      conversation.ledger.count("message_malformed", malformed);
      if (!isListed) conversation.ledger.say("conversation_unlisted");
      const reader = new ZulipReader(conversation, realm, files, folder);
      if (about.creator !== undefined) await reader.person(about.creator);
      for (const part of parts) await reader.readMessages(part, key);
      for (const path of [`${folder}realm.json`, ...parts]) await reader.readReactions(path);
      return { pinned: [] };
    },
  };
}
