import { ConvertError } from "../../convert-error.ts";
import { findByName, folderOf, type ExportFiles } from "../../input/export-files.ts";
import { jsonPieces } from "../../input/json-pieces.ts";
import { Ids } from "../../room/ids.ts";
import type { ForeignConversation, ForeignFormat } from "../format.ts";
import { headOf, ZulipReader } from "./zulip-messages.ts";
import { readRealm, type ZulipRealm } from "./zulip-realm.ts";

const SERVER = "zulip.invalid";
const PART = /(?:^|\/)messages-\d+\.json$/;

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
    const { places, reactions, malformed } = await index(files, folder, realm);
    if (places.size === 0) throw new ConvertError("export_empty");
    const source = { files, folder, realm, reactions: [path, ...reactions], malformed };
    return [...places].map(([key, parts]) => conversationOf(key, parts, source));
  },
};

interface Index {
  /** the files with messages of each conversation, by its key */
  places: Map<string, string[]>;
  /** those with a table of reactions, which most exports have in realm.json */
  reactions: string[];
  /** how many messages cannot be read */
  malformed: number;
}

async function index(files: ExportFiles, folder: string, realm: ZulipRealm): Promise<Index> {
  const found: Index = { places: new Map(), reactions: [], malformed: 0 };
  const { places, reactions } = found;
  const lists = ["zerver_message", "zerver_reaction"];
  for (const path of files.paths) {
    const document = folderOf(path) === folder && PART.test(path) ? files.file(path) : undefined;
    for await (const { name, value } of document ? jsonPieces(document.read(), { lists }) : []) {
      if (name === "zerver_reaction") {
        if (reactions.at(-1) !== path) reactions.push(path);
        continue;
      }
      const head = headOf(value);
      if (!head) found.malformed++;
      const key = head && realm.conversationKey(head);
      if (key === undefined) continue;
      const parts = places.get(key) ?? [];
      if (parts.at(-1) !== path) parts.push(path);
      places.set(key, parts);
    }
  }
  return found;
}

interface Source extends Pick<Index, "reactions" | "malformed"> {
  files: ExportFiles;
  folder: string;
  realm: ZulipRealm;
}

/** `parts`: the files with messages of it */
function conversationOf(
  key: string,
  parts: readonly string[],
  { files, folder, realm, reactions, malformed }: Source,
): ForeignConversation {
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
      for (const path of reactions) await reader.readReactions(path);
      return { pinned: [] };
    },
  };
}
