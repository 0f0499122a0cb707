import { isObject } from "../../../matrix/json.ts";
import { Fields } from "../../input/fields.ts";
import type { ExportFile, ExportFiles } from "../../input/export-files.ts";
import { jsonPieces } from "../../input/json-pieces.ts";
import type { Conversation } from "../../room/conversation.ts";
import { joined, linked, plain, quoted, type Said } from "../../text/html.ts";
import { fromMarks } from "../../text/slack-mrkdwn.ts";
import { addMessage, addTextEdit, say, type ForeignFile, type ForeignReaction } from "../message.ts";
import { timeOf } from "./google-chat-time.ts";

/** Reads the messages of one conversation of Google Chat. */
export class GoogleChatReader {
  readonly #conversation: Conversation;
  readonly #files: ExportFiles;
  readonly #folder: string;
  readonly #odd: () => void;
  /** the first message of each topic that has several */
  readonly #topics = new Map<string, string>();

  constructor(conversation: Conversation, files: ExportFiles, folder: string) {
    this.#conversation = conversation;
    this.#files = files;
    this.#folder = folder;
    this.#odd = () => conversation.ledger.count("field_malformed");
  }

  async read(document: ExportFile): Promise<void> {
    for await (const { index, value } of jsonPieces(document.read(), { lists: ["messages"] })) {
      if (index === undefined) continue;
      const message = isObject(value) ? new Fields(value, this.#odd) : undefined;
      // of an edited message some exports give the first time only with the earlier versions
      const [earlier] = message?.objects("previous_message_versions") ?? [];
      const time = timeOf(
        message?.text("created_date") ?? earlier?.text("created_date") ?? message?.text("updated_date"),
      );
      if (message && time !== undefined) await this.#add(message, time, message.id("message_id") ?? `place/${index}`);
      else this.#conversation.ledger.count("message_malformed");
    }
  }

  async #add(message: Fields, time: number, key: string): Promise<void> {
    const topic = message.id("topic_id");
    const root = topic === undefined ? undefined : this.#topics.get(topic);
    if (topic !== undefined && root === undefined) this.#topics.set(topic, key);
    const quote = message.object("quoted_message_metadata");
    const answered = quote?.id("message_id");
    const isKnown = answered !== undefined && this.#conversation.has(this.#conversation.ids.event(answered));
    const edited = timeOf(message.text("updated_date"));
    const isDeleted = message.text("message_state") === "DELETED" || message.has("deletion_metadata");
    const sender = this.#person(message.object("creator"));
    const files = message.objects("attached_files").map((file) => this.#file(file));
    const words = quote && !isKnown ? this.#quoted(quote) : undefined;
    // some exports hold every wording; with files the last one is carried
    const [first, ...edits] = isDeleted || files.length > 0 ? [] : wordingsOf(message);
    const eventId = await addMessage(this.#conversation, {
      key,
      sender,
      time,
      said: joined(words, this.#said(first ?? message)),
      files,
      replyTo: isKnown ? answered : undefined,
      // in conversations without threads each message has a topic of its own
      thread: root,
      editedAt: !first && edited !== undefined && edited > time ? edited : undefined,
      reactions: this.#reactions(message),
      deleted: isDeleted ? { at: timeOf(message.text("deleted_date")) } : undefined,
    });
    if (eventId === undefined) return;
    for (const [wording, version] of edits.entries()) {
      const said = joined(words, this.#said(version));
      await addTextEdit(this.#conversation, { key, sender, time: writtenAt(version) ?? time, said, wording });
    }
  }

  /** The text, and what annotations lead to that is not in it. */
  #said(message: Fields): Said {
    const text = message.text("text") ?? "";
    const links = message.objects("annotations").flatMap((annotation) => {
      const drive = annotation.object("drive_metadata");
      const call = annotation.object("video_call_metadata")?.object("meeting_space")?.anyText("meeting_url");
      const id = drive?.id("id");
      if (call !== undefined && !text.includes(call)) return linked("Video call", call);
      if (id !== undefined && !text.includes(id))
        return linked(drive?.anyText("title"), `https://drive.google.com/open?id=${id}`);
      return [];
    });
    return joined(say(this.#conversation, text, fromMarks), ...links);
  }

  #quoted(quote: Fields): Said {
    this.#conversation.ledger.count("reply_as_quote");
    const name = quote.object("creator")?.anyText("name");
    return quoted(joined(name === undefined ? undefined : plain(`${name}:`), plain(quote.text("text") ?? "")));
  }

  /** The names that the export gives to files are cut and numbered; a file that it does not hold has none. */
  #file(file: Fields): ForeignFile {
    const given = file.anyText("export_name");
    const path = this.#folder + (given ?? "");
    const name = file.anyText("original_name") ?? given ?? "file";
    return {
      key: given === undefined ? `file/${name}` : path,
      name,
      file: given === undefined ? undefined : this.#files.file(path),
    };
  }

  #reactions(message: Fields): ForeignReaction[] {
    return message.objects("reactions").flatMap((reaction) => {
      const emoji = reaction.object("emoji");
      const custom = emoji?.object("custom_emoji")?.anyText("shortcode", "emoji_name");
      const shown =
        emoji?.anyText("unicode") ?? (custom === undefined ? ":custom_emoji:" : `:${custom.replaceAll(":", "")}:`);
      return reaction.ids("reactor_emails").map((email) => ({ sender: this.#byEmail(email), emoji: shown }));
    });
  }

  #person(creator: Fields | undefined): string {
    const email = creator?.id("email");
    const name = creator?.anyText("name");
    if (email !== undefined) return this.#byEmail(email, name);
    // apps and people who left have no address
    const userId = this.#conversation.ids.user(name === undefined ? "unknown" : `name ${name}`);
    this.#conversation.people.meet(userId, name);
    return userId;
  }

  #byEmail(email: string, name?: string): string {
    const userId = this.#conversation.ids.user(email);
    this.#conversation.people.meet(userId, name);
    return userId;
  }
}

/** All wordings of a message, in order, where the export holds the earlier ones, too; none else. */
function wordingsOf(message: Fields): Fields[] {
  const earlier = message.objects("previous_message_versions").filter((version) => version.has("text"));
  if (earlier.length === 0) return [];
  return [...earlier.toSorted((a, b) => (writtenAt(a) ?? 0) - (writtenAt(b) ?? 0)), message];
}

/** When a wording became what it is; milliseconds since the epoch. */
function writtenAt(version: Fields): number | undefined {
  return timeOf(version.text("updated_date")) ?? timeOf(version.text("created_date"));
}
