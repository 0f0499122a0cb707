import { join } from "node:path";
import { member, objectMember, stringMember, type JsonObject, type JsonValue } from "../../../matrix/json.ts";
import { relationOf } from "../../../matrix/relation.ts";
import { IdIndex } from "../../../bundle/verify/id-index.ts";
import type { ImportedSender } from "../../../bundle/manifest/manifest.ts";
import { GrowingNumbers } from "../growing-numbers.ts";
import { Notes } from "../message/notes.ts";
import { awaitedBy, partOf, type Before, type Part } from "../part.ts";
import { excerptOf } from "../message/excerpt.ts";
import type { Told } from "./timeline.ts";
import { dayOf } from "../message/when.ts";

/** How many messages and changes stand on a page. */
export const PAGE_ITEMS = 500;
const NONE = -1;

/** Something that belongs to a message, from another event or another place. */
export type Attached =
  | { kind: "edit"; id: string; ts: number; content: JsonObject; files: Record<string, string> }
  | { kind: "reaction"; by: ImportedSender; key: string; files: Record<string, string> }
  | { kind: "vote"; by: ImportedSender; ts: number; content: JsonObject }
  | { kind: "end"; by: ImportedSender; ts: number }
  | { kind: "in_thread"; item: number };

/** What an event turned out to be. `moved`: it took a number, and is shown at the message that came after it. */
export type Role = Part["role"] | "moved";

/** Something that came before what it belongs to: where it is noted down, and its place in the timeline. */
interface Early {
  note: number;
  position: number;
}

/** Of so many events it is kept in memory what they wait for, where that is an id: only an attack has more. */
const MAX_WAITING = 100_000;
const MAX_ID = 255;

/** As much of a message as others show of it. */
export interface Brief {
  by: ImportedSender;
  ts: number;
  text: string;
}

/**
 * What there is to know of every event before the first page can be written: edits, reactions, votes and answers in threads come
 * after what they belong to. They lie on disk; in memory there are some dozens of bytes an event.
 */
export class Catalogue {
  /** the first and last day of each page */
  readonly pages: { from: string; to: string }[] = [];
  readonly #notes: Notes;
  readonly #ids = new IdIndex();
  readonly #itemOfEvent = new GrowingNumbers();
  readonly #parts: Role[] = [];
  /** by the event that they wait for */
  readonly #early = new Map<string, Early[]>();
  #waiting = 0;
  readonly #latestEdits = new Map<number, { id: string; ts: number; place: number }>();
  readonly #senders: string[] = [];
  readonly #senderNumbers = new Map<string, number>();
  readonly #senderOfItem = new GrowingNumbers();
  readonly #briefs = new GrowingNumbers();
  readonly #firstOfItem = new GrowingNumbers();
  readonly #lastOfItem = new GrowingNumbers();
  readonly #next = new GrowingNumbers();
  readonly #places = new GrowingNumbers();

  private constructor(notes: Notes) {
    this.#notes = notes;
  }

  /** Goes through all events once. `folder`: for what has to lie on disk meanwhile. */
  static async of(events: AsyncIterable<Told>, folder: string): Promise<Catalogue> {
    const catalogue = new Catalogue(await Notes.open(join(folder, "notes")));
    try {
      for await (const told of events) await catalogue.#take(told);
      await catalogue.#notes.flush();
      return catalogue;
    } catch (error) {
      await catalogue.close();
      throw error;
    }
  }

  /** How many messages and changes there are. */
  get items(): number {
    return this.#briefs.length;
  }

  /** What the event at this place of the timeline is. */
  roleAt(position: number): Role {
    return this.#parts[position] ?? "none";
  }

  itemOf(id: string): number | undefined {
    const position = this.#ids.get(id);
    const item = position === undefined ? NONE : this.#itemOfEvent.at(position);
    return item === NONE ? undefined : item;
  }

  /** What belongs to a message, in the order of the timeline. */
  async *attachedTo(item: number): AsyncGenerator<Attached, void, undefined> {
    for (let at = this.#firstOfItem.at(item); at !== NONE; at = this.#next.at(at))
      yield (await this.#notes.read(this.#places.at(at))) as unknown as Attached;
  }

  /** The id of the edit by which a message has its wording, if it has one. */
  latestEditOf(item: number): string | undefined {
    return this.#latestEdits.get(item)?.id;
  }

  /** With the text of its last edit. */
  async brief(item: number): Promise<Brief> {
    const brief = (await this.#notes.read(this.#briefs.at(item))) as unknown as Brief;
    const latest = this.#latestEdits.get(item);
    if (!latest) return brief;
    const { content } = (await this.#notes.read(latest.place)) as unknown as Extract<Attached, { kind: "edit" }>;
    return { ...brief, text: excerptOf("m.room.message", content) };
  }

  async close(): Promise<void> {
    await this.#notes.close();
  }

  async #take(told: Told): Promise<void> {
    const { original, author } = told;
    const part = partOf(original, this.#before);
    const isItem = part.role === "message" || part.role === "change";
    this.#parts.push(part.role);
    const position = this.#itemOfEvent.push(isItem ? this.items : NONE);
    for (const id of [original.eventId, original.bundleId]) this.#ids.add(id, position);
    if (part.role === "attached") await this.#attach(part.to, attachedOf(part.kind, told));
    if (!isItem) return;
    await this.#await(told, position);
    const item = this.items;
    const text = excerptOf(original.type, original.content);
    this.#briefs.push(await this.#notes.add({ by: { ...author }, ts: original.ts, text }));
    this.#senderOfItem.push(this.#numberOf(original.sender));
    this.#firstOfItem.push(NONE);
    this.#lastOfItem.push(NONE);
    const root = part.role === "message" ? threadRoot(original.content) : undefined;
    const rootItem = root === undefined ? undefined : this.itemOf(root);
    if (rootItem !== undefined && rootItem !== item) await this.#attach(rootItem, { kind: "in_thread", item });
    this.#page(item, dayOf(original.ts));
    for (const id of new Set([original.eventId, original.bundleId])) await this.#settle(id);
  }

  readonly #before: Before = {
    knows: (id) => this.#ids.has(id),
    itemOf: (id) => this.itemOf(id),
    senderOf: (item) => this.#senders[this.#senderOfItem.at(item)] ?? "",
  };

  /** Notes down what the event waits for, if it does. */
  async #await(told: Told, position: number): Promise<void> {
    const id = awaitedBy(told.original);
    if (id === undefined || id.length > MAX_ID || this.#ids.has(id) || this.#waiting >= MAX_WAITING) return;
    this.#waiting++;
    const early = this.#early.get(id) ?? [];
    early.push({ note: await this.#notes.add(told as unknown as JsonValue), position });
    this.#early.set(id, early);
  }

  /** The event is there now: what waited for it becomes a part of it, where it may. */
  async #settle(id: string): Promise<void> {
    const early = this.#early.get(id);
    if (!early) return;
    await this.#notes.flush();
    for (const { note, position } of early) {
      const told = (await this.#notes.read(note)) as unknown as Told;
      const part = partOf(told.original, this.#before);
      const stays = part.role === "message" || part.role === "change";
      this.#parts[position] = stays ? part.role : "moved";
      if (stays) continue;
      this.#itemOfEvent.set(position, NONE);
      if (part.role === "attached") await this.#attach(part.to, attachedOf(part.kind, told));
    }
    this.#early.delete(id);
  }

  async #attach(item: number, attached: Attached): Promise<void> {
    const noted = await this.#notes.add(attached as unknown as JsonValue);
    const place = this.#places.push(noted);
    const known = this.#latestEdits.get(item);
    if (attached.kind === "edit" && (!known || isLater(attached, known)))
      this.#latestEdits.set(item, { id: attached.id, ts: attached.ts, place: noted });
    this.#next.push(NONE);
    const last = this.#lastOfItem.at(item);
    if (last === NONE) this.#firstOfItem.set(item, place);
    else this.#next.set(last, place);
    this.#lastOfItem.set(item, place);
  }

  #numberOf(sender: string): number {
    const known = this.#senderNumbers.get(sender);
    if (known !== undefined) return known;
    this.#senderNumbers.set(sender, this.#senders.length);
    return this.#senders.push(sender) - 1;
  }

  #page(item: number, day: string): void {
    const page = this.pages[Math.floor(item / PAGE_ITEMS)];
    if (page) page.to = day;
    else this.pages.push({ from: day, to: day });
  }
}

/** Which of two edits a homeserver shows (client-server API, "Server-side aggregation of m.replace relationships"). */
export function isLater(a: { ts: number; id: string }, b: { ts: number; id: string }): boolean {
  return a.ts === b.ts ? a.id > b.id : a.ts > b.ts;
}

export function threadRoot(content: JsonObject): string | undefined {
  const relation = relationOf(content);
  return relation.rel_type === "m.thread" ? relation.event_id : undefined;
}

function attachedOf(
  kind: "edit" | "reaction" | "vote" | "end",
  { original, author: by, files }: Pick<Told, "original" | "author" | "files">,
): Attached {
  const { content, ts, eventId: id } = original;
  if (kind === "edit")
    return { kind, id, ts, content: objectMember(content, "m.new_content") ?? content, files: { ...files } };
  if (kind === "vote") return { kind, by, ts, content };
  if (kind === "end") return { kind, by, ts };
  const key = stringMember(member(content, "m.relates_to"), "key") ?? "";
  return { kind, by, key, files: { ...files } };
}
