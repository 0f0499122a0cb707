import { escapeHtml } from "../../../matrix/text/escape-html.ts";
import { isObject, type JsonValue } from "../../../matrix/json.ts";
import { Fields } from "../../input/fields.ts";
import type { ExportFiles } from "../../input/export-files.ts";
import { jsonPieces } from "../../input/json-pieces.ts";
import type { Conversation } from "../../room/conversation.ts";
import { joined, said, type Said } from "../../text/html.ts";
import { addMessage, addReactions, addTextEdit, relation, say, type ForeignFile } from "../message.ts";
import { addPoll } from "../poll-content.ts";
import { versionsOf } from "./zulip-edits.ts";
import type { ZulipRealm } from "./zulip-realm.ts";
import { emojiIn, emojiOfCode, isUploadAlone, repliedTo, uploadsIn, zulipText } from "./zulip-text.ts";

const ignore = (): void => undefined;
/** What somebody does. */
const ACTION = /^\/me /;
const POLL = /^\/poll[ \t]+(\S[^\n]*)((?:\n[^\n]*)*)$/;

/** Without these a row of the table of messages is none. */
export interface MessageHead {
  id: string;
  sender: string;
  recipient: string;
  /** milliseconds since the epoch */
  time: number;
}

/** The head of a row; undefined where it is no message. */
export function headOf(value: JsonValue | undefined): MessageHead | undefined {
  const row = Fields.of(value, ignore);
  const [id, sender, recipient] = [row?.id("id"), row?.id("sender"), row?.id("recipient")];
  // the name of the table's column was another before 2019
  const seconds = row?.number("date_sent") ?? row?.number("pub_date");
  const time = Math.round((seconds ?? NaN) * 1000);
  if (id === undefined || sender === undefined || recipient === undefined || !Number.isSafeInteger(time))
    return undefined;
  return { id, sender, recipient, time };
}

/** Reads the messages of one conversation of a Zulip organization. */
export class ZulipReader {
  readonly #conversation: Conversation;
  readonly #realm: ZulipRealm;
  readonly #files: ExportFiles;
  readonly #folder: string;
  readonly #odd: () => void;
  /** the first message of each topic */
  readonly #topics = new Map<string, string>();
  /** when each message was sent, for the reactions, which are in another file */
  readonly #times = new Map<string, number>();
  readonly #met = new Map<string, string>();

  constructor(conversation: Conversation, realm: ZulipRealm, files: ExportFiles, folder: string) {
    this.#conversation = conversation;
    this.#realm = realm;
    this.#files = files;
    this.#folder = folder;
    this.#odd = () => conversation.ledger.count("field_malformed");
  }

  /** `path`: a file of messages; `key`: of the conversation */
  async readMessages(path: string, key: string): Promise<void> {
    for await (const { value } of this.#rows(path, "zerver_message", ["zerver_usermessage"])) {
      // what has no head is counted for the whole export
      const head = headOf(value);
      if (!head || !isObject(value) || this.#realm.conversationKey(head) !== key) continue;
      const message = new Fields(value, this.#odd);
      const eventId = await this.#add(message, head, key.startsWith("channel/"));
      if (eventId !== undefined) this.#times.set(head.id, head.time);
    }
  }

  /** Reads who reacted to messages of this conversation. `path`: a file with a table of reactions */
  async readReactions(path: string): Promise<void> {
    for await (const { value } of this.#rows(path, "zerver_reaction")) {
      const row = Fields.of(value, ignore);
      const message = row?.id("message") ?? "";
      const time = this.#times.get(message);
      if (!row || time === undefined) continue;
      const reaction = new Fields(row.value, this.#odd);
      const [user, name] = [reaction.id("user_profile"), reaction.id("emoji_name")];
      const code = reaction.text("reaction_type") === "unicode_emoji" ? reaction.text("emoji_code") : undefined;
      const emoji = (code && emojiOfCode(code)) ?? (name === undefined ? undefined : `:${name}:`);
      if (user === undefined || emoji === undefined) {
        this.#odd();
        continue;
      }
      const reactions = [{ sender: await this.person(user), emoji }];
      await addReactions(this.#conversation, { key: message, time, reactions }, this.#conversation.ids.event(message));
    }
  }

  /** Makes somebody known, with their picture. Gives the user id. */
  async person(id: string): Promise<string> {
    const met = this.#met.get(id);
    if (met !== undefined) return met;
    const { ids, people } = this.#conversation;
    const userId = ids.user(id);
    this.#met.set(id, userId);
    const path = this.#realm.avatars.get(id);
    const file = path === undefined ? undefined : this.#files.file(path);
    const picture = file ? (await this.#conversation.place(file, { key: path ?? "", name: "avatar" })).uri : null;
    people.meet(userId, this.#realm.users.get(id)?.name ?? `user ${id}`, picture);
    return userId;
  }

  /** The rows of a table. `next`: the table that the writer puts behind it, which need not be read */
  async *#rows(
    path: string,
    table: string,
    next: string[] = [],
  ): AsyncGenerator<{ value: JsonValue | undefined }, void, undefined> {
    const document = this.#files.file(path);
    let hasRows = false;
    for await (const piece of document ? jsonPieces(document.read(), { lists: [table, ...next] }) : []) {
      if (piece.name === table && piece.index !== undefined) yield piece;
      else if (hasRows && piece.name !== table) return;
      hasRows ||= piece.name === table;
    }
  }

  async #add(message: Fields, { id, sender, time }: MessageHead, isChannel: boolean): Promise<string | undefined> {
    const topic = isChannel ? (message.text("subject") ?? "").trim() : "";
    const root = this.#topics.get(topic.toLowerCase());
    const userId = await this.person(sender);
    const content = message.text("content") ?? "";
    const emoji = emojiIn(message);
    const titled = (text: Said): Said => (topic === "" || root !== undefined ? text : joined(headline(topic), text));
    const saying = (text: string): Said => titled(this.#said(text, emoji));
    const base = { key: id, sender: userId, time };
    const eventId =
      (await this.#poll(content, base, root, topic)) ?? (await this.#message(message, content, base, root, saying));
    if (topic !== "" && root === undefined && eventId !== undefined) this.#topics.set(topic.toLowerCase(), id);
    return eventId;
  }

  /** A text that is nothing but one upload is that file. */
  #said(text: string, emoji: ReadonlyMap<string, string>): Said {
    if (isUploadAlone(text)) return { body: "" };
    return say(this.#conversation, text.replace(ACTION, ""), (whole) => zulipText(whole, emoji));
  }

  async #message(
    message: Fields,
    content: string,
    base: { key: string; sender: string; time: number },
    thread: string | undefined,
    saying: (text: string) => Said,
  ): Promise<string | undefined> {
    const { ids, ledger } = this.#conversation;
    const moved = (): void => ledger.count("moves_left_out");
    const [first, ...edits] = versionsOf(message, { moved, odd: this.#odd });
    const files = this.#uploads(content);
    const isAction = ACTION.test(content);
    const isSystem = this.#realm.users.get(message.id("sender") ?? "")?.isSystem ?? false;
    // files stand in events of their own, and an action is no text: only the last wording is carried
    const isText = files.length === 0 && !isAction;
    // the time is also that of a move; where there is a history, it knows better
    const last = message.has("edit_history") ? undefined : message.number("last_edit_time");
    const editedAt = last === undefined ? edits.at(-1)?.since : Math.round(last * 1000);
    const hasHistory = isText && edits.length > 0;
    const answered = repliedTo(content);
    const isKnown = answered !== undefined && this.#conversation.has(ids.event(answered));
    const eventId = await addMessage(this.#conversation, {
      ...base,
      kind: isSystem ? "m.notice" : isAction ? "m.emote" : "m.text",
      said: saying(hasHistory ? (first?.text ?? content) : content),
      files,
      thread,
      replyTo: isKnown ? answered : undefined,
      editedAt: hasHistory || editedAt === undefined || editedAt <= base.time ? undefined : editedAt,
    });
    if (eventId === undefined || !hasHistory) return eventId;
    const { key, sender } = base;
    for (const [wording, { text, since = base.time }] of edits.entries())
      await addTextEdit(this.#conversation, { key, sender, time: since, said: saying(text), wording });
    return eventId;
  }

  /** `/poll`, with an answer on each line. Votes and answers that were added later are not in the export. */
  async #poll(
    content: string,
    base: { key: string; sender: string; time: number },
    thread: string | undefined,
    topic: string,
  ): Promise<string | undefined> {
    const [, question, lines = ""] = POLL.exec(content) ?? [];
    const answers = lines
      .split("\n")
      .map((line) => line.trim().replace(/^[*-]\s+/, ""))
      .filter(Boolean);
    if (
      question === undefined ||
      answers.length === 0 ||
      this.#conversation.has(this.#conversation.ids.event(base.key))
    )
      return undefined;
    return addPoll(this.#conversation, {
      ...base,
      question: topic === "" || thread !== undefined ? question : `${topic}: ${question}`,
      answers: answers.map((text) => ({ text, voters: undefined })),
      isMultiple: true,
      isClosed: false,
      relation: relation(this.#conversation, thread, undefined),
    });
  }

  /** What a text links to below `/user_uploads/` has the same path in the export. */
  #uploads(text: string): ForeignFile[] {
    return uploadsIn(text).map(({ path, name }) => {
      const place = `${this.#folder}uploads/${path}`;
      return { key: place, name, file: this.#files.file(place) };
    });
  }
}

/** What a topic is called stands above the message that began it. */
function headline(topic: string): Said {
  return said(topic, `<strong>${escapeHtml(topic)}</strong>`);
}
