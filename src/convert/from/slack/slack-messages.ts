import type { ClientEvent } from "../../../matrix/event.ts";
import type { ExportFile, ExportFiles } from "../../input/export-files.ts";
import { jsonElements } from "../../input/json-pieces.ts";
import type { Conversation } from "../../room/conversation.ts";
import { membership } from "../../room/prelude.ts";
import { emojiOf } from "../../text/emoji.ts";
import type { Said } from "../../text/html.ts";
import { fromMrkdwn, type SlackNames } from "../../text/slack-mrkdwn.ts";
import { addMessage, say, type ForeignFile, type ForeignMessage, type ForeignReaction } from "../message.ts";
import { MESSAGE, type SlackAttachment, type SlackChannel, type SlackFile, type SlackMessage } from "./slack-shapes.ts";

/** Kinds of messages that people or bots wrote themselves. */
const WRITTEN = ["bot_message", "file_share", "file_comment", "thread_broadcast", "me_message", "reply_broadcast"];

/** Reads the messages of one Slack conversation, day by day. */
export class SlackReader {
  readonly pinned: string[] = [];
  readonly #conversation: Conversation;
  readonly #names: SlackNames;
  readonly #files: ExportFiles;
  readonly #top: string;
  readonly #channel: SlackChannel;

  /** `top`: the folder of the export that holds everything */
  constructor(conversation: Conversation, names: SlackNames, files: ExportFiles, top: string, channel: SlackChannel) {
    this.#conversation = conversation;
    this.#names = names;
    this.#files = files;
    this.#top = top;
    this.#channel = channel;
  }

  /** @throws ConvertError export_malformed */
  async read(day: ExportFile): Promise<void> {
    for await (const value of jsonElements(day.read())) {
      const { data: message } = MESSAGE.safeParse(value);
      if (message?.type !== "message") this.#conversation.ledger.count("message_malformed");
      else await this.#add(message);
    }
  }

  async #add(message: SlackMessage): Promise<void> {
    const { ids, ledger } = this.#conversation;
    const { ts, subtype } = message;
    const sender = this.#sender(message);
    const time = timeOf(ts);
    const event = { event_id: ids.event(ts), sender, origin_server_ts: time };
    const state = this.#asState(message, event);
    if (state) {
      await this.#conversation.add(state);
      return;
    }
    const isWritten = !subtype || WRITTEN.includes(subtype);
    const thread = message.thread_ts && message.thread_ts !== ts ? message.thread_ts : undefined;
    const kind: ForeignMessage["kind"] = subtype === "me_message" ? "m.emote" : isWritten ? "m.text" : "m.notice";
    const edited = /^\d{1,11}\.\d{1,9}$/.test(message.edited?.ts ?? "") ? timeOf(message.edited?.ts ?? "") : undefined;
    const previews = (message.attachments ?? []).filter(({ from_url: url }) => url).length;
    ledger.count("preview_left_out", previews);
    const eventId = await addMessage(this.#conversation, {
      key: ts,
      sender,
      time,
      kind,
      said: this.#said(message),
      files: [...(message.files ?? []), ...(message.file ? [message.file] : [])].map((file) => this.#file(file)),
      thread,
      editedAt: edited,
      reactions: this.#reactions(message),
      deleted: subtype === "tombstone",
    });
    if (eventId !== undefined && message.pinned_to?.includes(this.#channel.id)) this.pinned.push(eventId);
  }

  /** Comings and goings, new names and topics are state events in Matrix. */
  #asState(
    { subtype, topic, name }: SlackMessage,
    event: Pick<ClientEvent, "event_id" | "sender" | "origin_server_ts">,
  ): ClientEvent | undefined {
    const person = this.#conversation.people.get(event.sender);
    switch (subtype) {
      case "channel_join":
      case "group_join":
        return { ...event, type: "m.room.member", state_key: event.sender, content: membership(person) };
      case "channel_leave":
      case "group_leave":
        return { ...event, type: "m.room.member", state_key: event.sender, content: membership(person, "leave") };
      case "channel_topic":
      case "group_topic":
        return { ...event, type: "m.room.topic", state_key: "", content: { topic: topic ?? "" } };
      case "channel_name":
      case "group_name":
        return name ? { ...event, type: "m.room.name", state_key: "", content: { name } } : undefined;
      default:
        return undefined;
    }
  }

  #said({ text, attachments, blocks }: SlackMessage): Said {
    const shown = (attachments ?? []).filter(({ from_url: url }) => !url).map(attachmentText);
    const all = [text, ...shown].filter(Boolean).join("\n");
    if (all === "" && blocks?.length) this.#conversation.ledger.count("detail_left_out");
    return say(this.#conversation, all, (whole) => fromMrkdwn(whole, this.#names));
  }

  /** Slack's own exports hold no files; programs that fetch them put them into one of two places. */
  #file({ id, name, title, mode, permalink }: SlackFile): ForeignFile {
    const called = [name, title].find(Boolean) ?? "file";
    const places = [
      `__uploads/${id}/${called}`,
      `${this.#channel.name ?? this.#channel.id}/attachments/${id}-${called}`,
      `${this.#channel.id}/attachments/${id}-${called}`,
    ];
    const path = mode === "tombstone" ? undefined : places.find((place) => this.#files.file(this.#top + place));
    const file = path === undefined ? undefined : this.#files.file(this.#top + path);
    const url = permalink && /^https:\/\//i.test(permalink) ? permalink.split("?")[0] : undefined;
    return { key: id, name: called, file, ...(!file && { url }) };
  }

  #reactions({ reactions }: SlackMessage): ForeignReaction[] {
    return (reactions ?? []).flatMap(({ name, users, count }) => {
      this.#conversation.ledger.count("reactions_unattributed", Math.max(0, Math.floor(count ?? 0) - users.length));
      return users.map((user) => ({ sender: this.#person(user), emoji: emojiOf(name) }));
    });
  }

  #sender({ user, bot_id: bot, username, user_profile, bot_profile }: SlackMessage): string {
    const name = [user_profile?.display_name, user_profile?.real_name, username, bot_profile?.name].find(Boolean);
    return this.#person(user ?? bot ?? "unknown", name);
  }

  #person(id: string, name?: string | null): string {
    const userId = this.#conversation.ids.user(/^[A-Z0-9]+$/.test(id) ? id.toLowerCase() : id);
    this.#conversation.people.meet(userId, this.#names.user(id) ?? name);
    return userId;
  }
}

/** Milliseconds since the epoch; a Slack time has seconds and microseconds. */
function timeOf(ts: string): number {
  const [seconds = "0", fraction = ""] = ts.split(".");
  return Number(seconds) * 1000 + Number(fraction.padEnd(3, "0").slice(0, 3));
}

function attachmentText({ pretext, title, text, fallback, fields }: SlackAttachment): string {
  const rows = (fields ?? []).map(({ title: name, value }) => [name, value].filter(Boolean).join(": "));
  const lines = [pretext, title, text, ...rows].filter(Boolean);
  return lines.length > 0 ? lines.join("\n") : (fallback ?? "");
}
