import { hash } from "node:crypto";
import { isObject } from "../../../matrix/json.ts";
import { Fields } from "../../input/fields.ts";
import type { ExportFile } from "../../input/export-files.ts";
import { jsonLines } from "../../input/json-lines.ts";
import type { Conversation } from "../../room/conversation.ts";
import { membership } from "../../room/prelude.ts";
import { plain } from "../../text/html.ts";
import { addMessage, addReactions, addTextEdit } from "../message.ts";
import { addPoll } from "../poll-content.ts";
import type { SignalBook } from "./signal-desktop-book.ts";
import { SignalContents } from "./signal-desktop-content.ts";
import type { SignalMedia } from "./signal-desktop-media.ts";
import { wordsOf } from "./signal-desktop-updates.ts";

/** The last moment that a date can be, milliseconds since the epoch. */
const LAST = 8.64e15;

/** A message, or one of its earlier wordings. */
interface Place {
  key: string;
  sender: string;
  /** when it was sent, milliseconds since the epoch */
  time: number;
  /** when it came, by which the program shows it */
  order: number;
}

/** Reads the messages of one chat of an export by Signal. */
export class SignalDesktopReader {
  readonly pinned: string[] = [];
  readonly #conversation: Conversation;
  readonly #book: SignalBook;
  readonly #contents: SignalContents;
  readonly #odd: () => void;

  constructor(conversation: Conversation, book: SignalBook, media: SignalMedia) {
    this.#conversation = conversation;
    this.#book = book;
    this.#contents = new SignalContents(conversation, book, media);
    this.#odd = () => conversation.ledger.count("field_malformed");
  }

  /** `chat`: its number */
  async read(document: ExportFile, chat: string): Promise<void> {
    const { ledger } = this.#conversation;
    // an export holds all chats, and most lines are of another; whatever names the chat in another way is looked at
    const others = (line: Buffer): boolean => {
      const at = line.indexOf('"chatId":"');
      return at >= 0 && !line.includes(`"chatId":"${chat}"`);
    };
    for await (const { number, value, tooLong } of jsonLines(document.read(), (line) => !others(line))) {
      const frame = isObject(value) ? new Fields(value, this.#odd) : undefined;
      const given = frame?.raw("chatItem");
      const item = isObject(given) ? new Fields(given, this.#odd) : undefined;
      if (tooLong) ledger.count("message_too_large", 1, `line ${number}`);
      else if (!frame || (given !== undefined && !item)) ledger.count("message_malformed", 1, `line ${number}`);
      if (item && (item.id("chatId") ?? "") === chat) await this.#item(item, number);
    }
  }

  async #item(item: Fields, line: number): Promise<void> {
    const versions = [...item.objects("revisions"), item].flatMap((version) => {
      const place = this.#place(version);
      return place ? { version, place } : [];
    });
    const [first, ...later] = versions.sort((a, b) => a.place.time - b.place.time);
    if (!first) {
      this.#conversation.ledger.count("message_malformed", 1, `line ${line}`);
      return;
    }
    const { key } = first.place;
    for (const { place } of later) this.#contents.edited.set(place.key, key);
    await this.#add(item, first.version, first.place, later);
    const eventId = this.#conversation.ids.event(key);
    if (item.has("pinDetails") && this.#conversation.has(eventId)) this.pinned.push(eventId);
  }

  #place(item: Fields): Place | undefined {
    const time = item.number("dateSent");
    if (time === undefined || !Number.isInteger(time) || time < 0 || time > LAST) return undefined;
    const received = (item.object("incoming") ?? item.object("outgoing"))?.number("dateReceived");
    const sender = this.#contents.person(item.id("authorId"));
    return { key: `${sender}/${time}`, sender, time, order: received ? received : time };
  }

  async #add(
    item: Fields,
    first: Fields,
    place: Place,
    later: readonly { version: Fields; place: Place }[],
  ): Promise<void> {
    const poll = item.object("poll");
    const update = item.object("updateMessage");
    if (poll) await this.#poll(poll, place);
    else if (update) await this.#update(update, place);
    else if (item.has("remoteDeletedMessage") || item.has("adminDeletedMessage"))
      await addMessage(this.#conversation, { ...place, said: plain(""), deleted: {} });
    else {
      // the last wording has the reactions and the files
      const last = this.#contents.content(item, place.key);
      const isText = (last.files ?? []).length === 0 && item.has("standardMessage");
      const said = isText && first !== item ? this.#contents.content(first, place.key).said : last.said;
      const editedAt = isText ? undefined : later.at(-1)?.place.time;
      await addMessage(this.#conversation, { ...place, ...last, said, editedAt });
      if (!isText || !this.#conversation.has(this.#conversation.ids.event(place.key))) return;
      for (const { version, place: edit } of later) {
        const text = version === item ? last.said : this.#contents.content(version, place.key).said;
        await addTextEdit(this.#conversation, { ...place, time: edit.time, said: text });
      }
    }
  }

  async #poll(poll: Fields, { key, sender, time, order }: Place): Promise<void> {
    const answers = poll.objects("options").map((option) => {
      const voters = option.objects("votes").map((vote) => this.#contents.person(vote.id("voterId")));
      return { text: option.text("option") ?? "", voters };
    });
    const about = { question: poll.text("question") ?? "", answers, isMultiple: poll.flag("allowMultiple") ?? false };
    const isClosed = poll.flag("hasEnded") ?? false;
    const eventId = await addPoll(this.#conversation, { key, sender, time, order, ...about, isClosed });
    await addReactions(this.#conversation, { key, time, order, reactions: this.#contents.reactions(poll) }, eventId);
  }

  /** Who came or left, and a new name or description, are state events in Matrix; all else that happened is told in words. */
  async #update(update: Fields, place: Place): Promise<void> {
    const key = `${place.key}/${hash("sha256", JSON.stringify(update.value))}`;
    const kinds = Object.keys(update.value);
    const changes = update.object("groupChange")?.objects("updates") ?? [];
    const all = [
      ...kinds.filter((kind) => kind !== "groupChange").map((kind) => ({ kind, of: update })),
      ...changes.flatMap((change) => Object.keys(change.value).map((kind) => ({ kind, of: change }))),
    ];
    if (all.length === 0) this.#conversation.ledger.count("message_empty");
    for (const [index, { kind, of }] of all.entries()) {
      const about = of.object(kind) ?? new Fields({}, this.#odd);
      const by = about.id("updaterAci") ?? about.id("removerAci");
      const at = {
        ...place,
        sender: this.#actor(by, of === update ? place.sender : undefined),
        key: `${key}/${index}`,
      };
      if (await this.#asState(kind, about, at)) continue;
      const words = wordsOf(kind, about, (aci) => this.#book.account(aci).name);
      await addMessage(this.#conversation, { ...at, kind: "m.notice", said: plain(words) });
    }
  }

  /** Who changed a group; where the export does not say it, nobody of the conversation. */
  #actor(aci: string | undefined, author: string | undefined): string {
    if (aci === undefined) return author ?? this.#conversation.ids.user("exporter");
    const { userId, name } = this.#book.account(aci);
    this.#conversation.people.meet(userId, name);
    return userId;
  }

  async #asState(kind: string, about: Fields, { key, sender, time, order }: Place): Promise<boolean> {
    const { ids, people } = this.#conversation;
    const add = async (type: string, who: string, stateKey: string, content: Record<string, string>): Promise<true> => {
      const event = {
        event_id: ids.event(key),
        type,
        sender: who,
        state_key: stateKey,
        origin_server_ts: time,
        content,
      };
      await this.#conversation.add(event, order);
      return true;
    };
    const name = kind === "groupNameUpdate" ? about.anyText("newGroupName") : undefined;
    if (name !== undefined) return add("m.room.name", sender, "", { name });
    const topic = kind === "groupDescriptionUpdate" ? about.anyText("newDescription") : undefined;
    if (topic !== undefined) return add("m.room.topic", sender, "", { topic });
    const comes = kind === "groupMemberJoinedUpdate" || kind === "groupMemberJoinedByLinkUpdate";
    const goes = kind === "groupMemberLeftUpdate";
    const aci = comes || goes ? about.id(goes ? "aci" : "newMemberAci") : undefined;
    if (aci === undefined) return false;
    const who = this.#book.account(aci);
    people.meet(who.userId, who.name);
    const person = people.get(who.userId);
    const content = membership(person, comes ? "join" : "leave") as Record<string, string>;
    return add("m.room.member", who.userId, who.userId, content);
  }
}
