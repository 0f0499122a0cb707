import { ConvertError } from "../../convert-error.ts";
import { findByName, type ExportFile, type ExportFiles } from "../../input/export-files.ts";
import { Ids } from "../../room/ids.ts";
import type { ForeignConversation, ForeignFormat } from "../format.ts";
import { readBook, type SignalBook, type SignalChat } from "./signal-desktop-book.ts";
import { SignalMedia } from "./signal-desktop-media.ts";
import { SignalDesktopReader } from "./signal-desktop-messages.ts";

const SERVER = "signal.invalid";
/** Its database, a backup of a phone, and a backup that Signal can restore (`main` and `metadata` without endings). */
const ENCRYPTED = [/(?:^|\/)sql\/db\.sqlite$/, /\.backup$/, /(?:^|\/)signal-backup-[\d-]+\/main$/];

/**
 * What Signal itself exports as plain text: main.jsonl, with a frame of its backup format on each line (people, chats, messages of
 * all chats), and the files in `files`.
 */
export const signalDesktop: ForeignFormat = {
  many: false,
  beside: () => ["files"],
  async conversations(files) {
    const path = findByName(files, /^main\.jsonl$/);
    const document = path === undefined ? undefined : files.file(path);
    if (!document) throw new ConvertError(isEncrypted(files) ? "export_encrypted" : "export_unknown");
    const book = await readBook(document, SERVER);
    const media = new SignalMedia(files);
    return book.chats.map((chat) => conversationOf(chat, { document, book, media }));
  },
};

function isEncrypted({ paths }: ExportFiles): boolean {
  const inPlace = paths.includes("main") && paths.includes("metadata");
  return inPlace || paths.some((path) => ENCRYPTED.some((kind) => kind.test(path)));
}

interface Source {
  document: ExportFile;
  book: SignalBook;
  media: SignalMedia;
}

function conversationOf(chat: SignalChat, { document, book, media }: Source): ForeignConversation {
  const { id, key, name, topic, isDirect, isListed } = chat;
  const ids = Ids.of(SERVER, key);
  return {
    name,
    // people and groups may have the same name, and their keys are long
    place: id,
    ids,
    exporter: ids.user("exporter"),
    async read(conversation) {
      Object.assign(conversation.about, { name, topic, type: isDirect ? "direct" : "group" });
      conversation.ledger.say("disappearing_not_in_export");
      if (!isListed) conversation.ledger.say("conversation_unlisted");
      const reader = new SignalDesktopReader(conversation, book, media);
      await reader.read(document, id);
      return { pinned: reader.pinned };
    },
  };
}
