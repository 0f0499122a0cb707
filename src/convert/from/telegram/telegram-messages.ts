import { isObject } from "../../../matrix/json.ts";
import { Fields } from "../../input/fields.ts";
import type { ExportFile, ExportFiles } from "../../input/export-files.ts";
import { jsonPieces } from "../../input/json-pieces.ts";
import type { Conversation } from "../../room/conversation.ts";
import type { Said } from "../../text/html.ts";
import { fromParts, type TelegramPart } from "../../text/telegram-text.ts";
import { addMessage, addReactions, answered, replyRelation, say, type ForeignReaction } from "../message.ts";
import { addPoll } from "../poll-content.ts";
import { extraLines, geoUri } from "./telegram-extras.ts";
import { TelegramFiles } from "./telegram-files.ts";
import { partsOf, plainText } from "./telegram-parts.ts";
import { serviceText, titleOf } from "./telegram-service.ts";

/** Details that have no place in a message. */
const LEFT_OUT = ["inline_bot_buttons", "self_destruct_period_seconds", "live_location_period_seconds", "reply_quote"];

/** What a message of text alone has: nine of ten are such, and need not be looked through for anything else. */
const PLAIN = new Set([
  ...["id", "type", "date", "date_unixtime", "edited", "edited_unixtime", "from", "from_id"],
  ...["reply_to_message_id", "text", "text_entities", "reactions"],
]);

/** Reads the messages of one chat. */
export class TelegramReader {
  readonly #conversation: Conversation;
  readonly #files: TelegramFiles;
  readonly #pinned = new Set<string>();
  readonly #odd: () => void;
  /** milliseconds by which the exporting person's clock is ahead of UTC */
  #ahead: number | undefined;

  constructor(conversation: Conversation, files: ExportFiles, folder: string) {
    this.#conversation = conversation;
    this.#files = new TelegramFiles(files, folder);
    this.#odd = () => conversation.ledger.count("field_malformed");
  }

  async read(document: ExportFile): Promise<{ pinned: readonly string[] }> {
    for await (const { index, value } of jsonPieces(document.read(), { lists: ["messages"] })) {
      if (index === undefined) continue;
      const message = isObject(value) ? new Fields(value, this.#odd) : undefined;
      const type = message?.text("type");
      const key = message?.id("id");
      const time = message && this.#time(message.raw("date_unixtime"), message.raw("date"));
      if (message && type === "unsupported") this.#conversation.ledger.count("message_unsupported");
      else if (!message || key === undefined || time === undefined)
        this.#conversation.ledger.count("message_malformed");
      else if (type === "service") await this.#service(message, key, time);
      else await this.#message(message, key, time);
    }
    return { pinned: [...this.#pinned] };
  }

  async #message(message: Fields, key: string, time: number): Promise<void> {
    const { ids, ledger } = this.#conversation;
    const sender = this.#person(message.id("from_id"), message.text("from"));
    const answers = message.id("reply_to_message_id");
    const isHere = !message.has("reply_to_peer_id");
    if (answers !== undefined && !isHere) ledger.count("reply_elsewhere");
    const reactions = this.#reactions(message, time);
    const base = { key, sender, time, reactions };
    const replyTo = answers !== undefined && isHere ? answers : undefined;
    const edited = this.#time(message.raw("edited_unixtime"), message.raw("edited"));
    // before there were edits, exports gave the beginning of time for them
    const editedAt = edited !== undefined && edited > time ? edited : undefined;
    if (isPlain(message)) {
      await addMessage(this.#conversation, { ...base, said: this.#say(partsOf(message)), replyTo, editedAt });
      return;
    }
    ledger.count("detail_left_out", LEFT_OUT.filter((name) => message.has(name)).length);
    const poll = message.object("poll");
    if (poll) {
      const options = poll.objects("answers");
      const said = this.#said(message);
      // a poll has no room for a caption, nor for whom it was forwarded from
      if (said.body !== "") await addMessage(this.#conversation, { key: `${key}/caption`, sender, time, said });
      const relation = replyRelation(answered(this.#conversation, { replyTo }));
      await addPoll(this.#conversation, {
        ...base,
        question: plainText(poll.raw("question")),
        answers: options.map((answer) => ({ text: plainText(answer.raw("text")), voters: answer.number("voters") })),
        isClosed: poll.flag("closed") === true,
        relation,
      });
      await addReactions(this.#conversation, base, ids.event(key));
      return;
    }
    const isPlace = message.has("location_information");
    await addMessage(this.#conversation, {
      ...base,
      said: this.#said(message),
      files: this.#files.of(message),
      place: isPlace ? geoUri(message) : undefined,
      replyTo,
      editedAt,
    });
  }

  /** What Telegram says about people: a new title is one, the rest stands as a notice. */
  async #service(message: Fields, key: string, time: number): Promise<void> {
    const { ids } = this.#conversation;
    const sender = this.#person(
      message.id("actor_id") ?? message.id("from_id"),
      message.text("actor") ?? message.text("from"),
    );
    const title = titleOf(message);
    const event = { event_id: ids.event(key), sender, origin_server_ts: time };
    if (title !== undefined) {
      await this.#conversation.add({ ...event, type: "m.room.name", state_key: "", content: { name: title } });
      return;
    }
    const action = message.text("action");
    const pinned = message.id("message_id");
    if (action === "pin_message" && pinned !== undefined) {
      if (this.#conversation.has(ids.event(pinned))) this.#pinned.add(ids.event(pinned));
      else this.#conversation.ledger.count("pin_elsewhere");
    }
    const path = message.anyText("photo");
    const photo = action === "edit_group_photo" ? this.#files.local(path) : undefined;
    if (photo) {
      const { uri } = await this.#conversation.place(photo, {
        key: path ?? key,
        name: "photo.jpg",
        eventId: event.event_id,
      });
      await this.#conversation.add({ ...event, type: "m.room.avatar", state_key: "", content: { url: uri } });
      return;
    }
    const files = path === undefined ? [] : this.#files.of(message);
    await addMessage(this.#conversation, {
      key,
      sender,
      time,
      kind: "m.notice",
      said: { body: serviceText(message) },
      files,
    });
  }

  #said(message: Fields): Said {
    const parts = partsOf(message);
    const [forwarded, saved] = [message.anyText("forwarded_from"), message.anyText("saved_from")];
    const from = forwarded === undefined ? saved && `Saved from ${saved}:` : `Forwarded from ${forwarded}:`;
    const extra = extraLines(message);
    if (from === undefined && extra.length === 0) return this.#say(parts);
    const lines: (readonly TelegramPart[])[] = [plain(from), parts, ...extra.map(plain)].filter(
      ({ length }) => length > 0,
    );
    return this.#say(lines.flatMap((line, index) => (index === 0 ? line : [{ type: "plain", text: "\n" }, ...line])));
  }

  #say(parts: readonly TelegramPart[]): Said {
    const text = parts.length === 1 ? (parts[0]?.text ?? "") : parts.map((part) => part.text).join("");
    return say(this.#conversation, text, () => fromParts(parts));
  }

  #reactions(message: Fields, time: number): ForeignReaction[] {
    if (!message.has("reactions")) return [];
    let custom = 0;
    return message.objects("reactions").flatMap((reaction) => {
      const known = reaction.objects("recent");
      const more = Math.floor(reaction.number("count") ?? 0) - known.length;
      this.#conversation.ledger.count("reactions_unattributed", Math.max(0, more));
      const emoji = reaction.anyText("emoji") ?? (++custom === 1 ? ":custom_emoji:" : `:custom_emoji_${custom}:`);
      return known.map((each) => ({
        sender: this.#person(each.id("from_id"), each.text("from")),
        emoji,
        time: this.#time(undefined, each.raw("date")) ?? time,
      }));
    });
  }

  #person(id: string | undefined, name: string | undefined): string {
    const { ids, people } = this.#conversation;
    // once ids were numbers; without one there is only the name
    const source =
      id === undefined ? (name === undefined ? "unknown" : `name ${name}`) : /^\d+$/.test(id) ? `user${id}` : id;
    const userId = ids.user(source);
    people.meet(userId, name ?? (id === undefined ? null : "Deleted Account"));
    return userId;
  }

  /**
   * Milliseconds since the epoch. Some times are those of the exporting person's clock only: where others are given both ways, the
   * last of these tells how that clock went.
   */
  #time(unix: unknown, local: unknown): number | undefined {
    const shown = typeof local === "string" ? Date.parse(`${local}Z`) : NaN;
    const seconds = typeof unix === "string" || typeof unix === "number" ? Number(unix) : NaN;
    if (Number.isInteger(seconds) && Math.abs(seconds) < 1e11) {
      if (!Number.isNaN(shown)) this.#ahead = shown - seconds * 1000;
      return seconds * 1000;
    }
    if (Number.isNaN(shown)) return undefined;
    if (this.#ahead === undefined) this.#conversation.ledger.count("time_zone_unknown");
    return shown - (this.#ahead ?? 0);
  }
}

function isPlain({ value }: Fields): boolean {
  for (const name in value) if (!PLAIN.has(name)) return false;
  return true;
}

function plain(text: string | undefined): TelegramPart[] {
  return text ? [{ type: "plain", text }] : [];
}
