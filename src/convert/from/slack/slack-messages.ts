import { escapeHtml } from "../../../matrix/text/escape-html.ts";
import type { ClientEvent } from "../../../matrix/event.ts";
import { Fields } from "../../input/fields.ts";
import type { Conversation } from "../../room/conversation.ts";
import { membership } from "../../room/prelude.ts";
import { emojiOf } from "../../text/emoji.ts";
import { joined, plain, type Said } from "../../text/html.ts";
import { fromMrkdwn, unescape } from "../../text/slack-mrkdwn.ts";
import { addMessage, addTextEdit, say, type ForeignMessage, type ForeignReaction } from "../message.ts";
import { attachmentText, isPreview } from "./slack-attachments.ts";
import { SlackBlocks } from "./slack-blocks.ts";
import type { SlackFiles } from "./slack-files.ts";
import { deletedBy, type SlackForesight } from "./slack-log.ts";
import { profileName, type SlackPeople } from "./slack-people.ts";
import { isTs, timeOf } from "./slack-time.ts";
import type { SlackValues } from "./slack-values.ts";

/** Kinds of messages that people or bots wrote themselves. */
const WRITTEN = ["bot_message", "file_share", "file_comment", "thread_broadcast", "me_message", "reply_broadcast"];
/** What Slack and its libraries write for those that cannot show blocks. */
const STAND_IN = /^(?:This content can't be displayed\.|\[no preview available\])$/;

export interface SlackSource {
  people: SlackPeople;
  files: SlackFiles;
  /** of the channel, where it has one */
  id: string | undefined;
  /** where its files stand */
  folder: string;
  foresight: SlackForesight;
}

/** Reads the messages of one Slack conversation. */
export class SlackReader {
  readonly pinned = new Set<string>();
  readonly #conversation: Conversation;
  readonly #source: SlackSource;
  readonly #blocks: SlackBlocks;
  readonly #odd: () => void;
  readonly #leftOut: () => void;

  constructor(conversation: Conversation, source: SlackSource) {
    this.#conversation = conversation;
    this.#source = source;
    this.#odd = () => conversation.ledger.count("field_malformed");
    this.#leftOut = () => conversation.ledger.count("detail_left_out");
    this.#blocks = new SlackBlocks(source.people, this.#leftOut);
  }

  /** @throws ConvertError export_malformed */
  async read(values: SlackValues): Promise<void> {
    for await (const value of values.read()) {
      const message = Fields.of(value, () => undefined);
      const ts = message?.id("ts");
      if (message && isTs(ts) && [undefined, "message"].includes(message.text("type"))) await this.#any(message, ts);
      else this.#conversation.ledger.count("message_malformed");
    }
  }

  /** A message, or an entry of the log of edits and deletions. */
  async #any(message: Fields, ts: string): Promise<void> {
    const { value } = message;
    const of = (name: string): Fields | undefined => Fields.of(value[name], this.#odd);
    switch (message.text("subtype")) {
      case "message_deleted":
        await this.#ensure(of("previous_message"), deletedBy(message));
        return;
      case "message_changed": {
        const changed = of("message");
        const target = changed?.id("ts");
        if (!changed || !isTs(target)) {
          this.#conversation.ledger.count("message_malformed");
          return;
        }
        await this.#ensure(of("original") ?? of("previous_message") ?? changed, target);
        if (this.#source.foresight.deleted.has(target)) return;
        const edit = { key: target, sender: this.#sender(changed), time: timeOf(ts), said: this.#said(changed) };
        if (this.#conversation.has(this.#conversation.ids.event(target))) await addTextEdit(this.#conversation, edit);
        return;
      }
      default:
        await this.#add(Fields.of(value, this.#odd) ?? message, ts);
    }
  }

  /** Where the log speaks of a message that the export does not hold otherwise, it stands as the log has it. */
  async #ensure(message: Fields | undefined, ts: string | undefined): Promise<void> {
    if (ts !== undefined && this.#conversation.has(this.#conversation.ids.event(ts))) return;
    if (message && ts !== undefined) await this.#add(message, ts);
    else this.#conversation.ledger.count("message_malformed");
  }

  async #add(message: Fields, ts: string): Promise<void> {
    const { ids } = this.#conversation;
    const subtype = message.text("subtype");
    const sender = this.#sender(message);
    const time = timeOf(ts);
    const state = this.#asState(message, { event_id: ids.event(ts), sender, origin_server_ts: time });
    if (state) {
      await this.#conversation.add(state);
      return;
    }
    const isWritten = !subtype || WRITTEN.includes(subtype);
    const thread = message.id("thread_ts");
    const kind: ForeignMessage["kind"] = subtype === "me_message" ? "m.emote" : isWritten ? "m.text" : "m.notice";
    const edited = message.object("edited")?.id("ts");
    const deletion = this.#source.foresight.deleted.get(ts) ?? (subtype === "tombstone" ? {} : undefined);
    const files = [
      ...message.objects("files"),
      ...[message.object("file") ?? []].flat(),
      // of a message that was shared
      ...message.objects("attachments").flatMap((attachment) => attachment.objects("files")),
    ];
    const eventId = await addMessage(this.#conversation, {
      key: ts,
      sender,
      time,
      kind,
      said: this.#said(message),
      files: files.map((file, index) => this.#source.files.find(file, this.#source.folder, `${ts}/file/${index}`)),
      thread: isTs(thread) && thread !== ts ? thread : undefined,
      editedAt: isTs(edited) ? timeOf(edited) : undefined,
      reactions: this.#reactions(message),
      deleted: deletion,
    });
    const { id } = this.#source;
    if (eventId !== undefined && id !== undefined && message.ids("pinned_to").includes(id)) this.pinned.add(eventId);
  }

  /** Comings and goings, new names and topics are state events in Matrix. */
  #asState(
    message: Fields,
    event: Pick<ClientEvent, "event_id" | "sender" | "origin_server_ts">,
  ): ClientEvent | undefined {
    const person = this.#conversation.people.get(event.sender);
    switch (message.text("subtype")) {
      case "channel_join":
      case "group_join":
        return { ...event, type: "m.room.member", state_key: event.sender, content: membership(person) };
      case "channel_leave":
      case "group_leave":
        return { ...event, type: "m.room.member", state_key: event.sender, content: membership(person, "leave") };
      case "channel_topic":
      case "group_topic": {
        const topic = unescape(message.text("topic") ?? "");
        return { ...event, type: "m.room.topic", state_key: "", content: { topic } };
      }
      case "channel_name":
      case "group_name": {
        const name = message.text("name");
        return name ? { ...event, type: "m.room.name", state_key: "", content: { name } } : undefined;
      }
      default:
        return undefined;
    }
  }

  /** The text, or the blocks where these are what Slack shows; attachments; the words of files that the export does not hold. */
  #said(message: Fields): Said {
    const { people } = this.#source;
    const { ledger } = this.#conversation;
    const written = message.text("text") ?? message.object("comment")?.text("comment") ?? "";
    const blocks = message.objects("blocks");
    const isOwnText =
      blocks.every((block) => block.text("type") === "rich_text") && written !== "" && !STAND_IN.test(written);
    const text = say(this.#conversation, written, (whole) => fromMrkdwn(whole, people));
    const inBlocks = isOwnText ? plain("") : this.#blocks.all(blocks);
    const attachments = message.objects("attachments");
    const shown = attachments.filter((attachment) => !isPreview(attachment, written));
    ledger.count("preview_left_out", attachments.length - shown.length);
    return joined(
      inBlocks.body === "" ? text : inBlocks,
      ...shown.map((attachment) => attachmentText(attachment, people, this.#blocks, this.#leftOut)),
      ...message.objects("files").map((file) => excerpt(file)),
    );
  }

  #reactions(message: Fields): ForeignReaction[] {
    return message.objects("reactions").flatMap((reaction) => {
      const name = reaction.id("name");
      if (name === undefined) {
        this.#odd();
        return [];
      }
      const users = reaction.ids("users");
      const more = Math.floor(reaction.number("count") ?? 0) - users.length;
      this.#conversation.ledger.count("reactions_unattributed", Math.max(0, more));
      return users.map((user) => ({ sender: this.#person(user), emoji: emojiOf(name) }));
    });
  }

  /** The account, or, where a bot speaks under another name, somebody of that name. */
  #sender(message: Fields): string {
    const { people } = this.#source;
    const bot = message.id("bot_id");
    const user = message.id("user") ?? message.object("comment")?.id("user");
    const account = user ?? (bot === undefined ? "unknown" : people.account(bot));
    const registered = people.user(account) ?? people.user(bot ?? "") ?? this.#source.foresight.bots.get(account);
    const shown = message.anyText("username");
    const isBot = bot !== undefined || message.text("subtype") === "bot_message";
    if (isBot && shown !== undefined && shown !== registered) {
      const persona = this.#conversation.ids.persona(localName(account), shown);
      this.#conversation.people.meet(persona, shown);
      return persona;
    }
    const profile = profileName(message) ?? (isBot ? message.object("bot_profile")?.anyText("name") : shown);
    return this.#person(account, registered ?? profile);
  }

  #person(id: string, name?: string): string {
    const userId = this.#conversation.ids.user(localName(id));
    this.#conversation.people.meet(userId, this.#source.people.user(id) ?? name);
    return userId;
  }
}

/** Slack's ids are upper case. */
export function localName(id: string): string {
  return /^[A-Z0-9]+$/.test(id) ? id.toLowerCase() : id;
}

/** What a message shows of a snippet, a post or a mail. */
function excerpt(file: Fields): Said | undefined {
  if (!["snippet", "post", "email"].includes(file.text("mode") ?? "")) return undefined;
  const text = file.anyText("plain_text", "preview_plain_text", "preview");
  return text === undefined ? undefined : { body: text, html: `<pre><code>${escapeHtml(text)}</code></pre>` };
}
