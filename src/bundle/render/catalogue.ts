import { join } from "node:path";
import { member, objectMember, stringMember, type JsonObject, type JsonValue } from "../../matrix/json.ts";
import { relationOf } from "../../matrix/relation.ts";
import { IdIndex } from "../id-index.ts";
import type { ImportedSender } from "../manifest.ts";
import { GrowingNumbers } from "./growing-numbers.ts";
import { Notes } from "./notes.ts";
import { partOf, type Part } from "./part.ts";
import { excerptOf } from "./excerpt.ts";
import type { Told } from "./timeline.ts";
import { dayOf } from "./when.ts";

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
  readonly #parts: Part["role"][] = [];
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
    for await (const told of events) await catalogue.#take(told);
    await catalogue.#notes.flush();
    return catalogue;
  }

  /** How many messages and changes there are. */
  get items(): number {
    return this.#briefs.length;
  }

  /** What the event at this place of the timeline is. */
  roleAt(position: number): Part["role"] {
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

  /** With the text of its last edit. */
  async brief(item: number): Promise<Brief> {
    const brief = (await this.#notes.read(this.#briefs.at(item))) as unknown as Brief;
    let latest: Extract<Attached, { kind: "edit" }> | undefined;
    for await (const attached of this.attachedTo(item))
      if (attached.kind === "edit" && (!latest || isLater(attached, latest))) latest = attached;
    return latest ? { ...brief, text: excerptOf("m.room.message", latest.content) } : brief;
  }

  async close(): Promise<void> {
    await this.#notes.close();
  }

  async #take({ original, author, files }: Told): Promise<void> {
    const part = partOf(original, {
      knows: (id) => this.#ids.has(id),
      itemOf: (id) => this.itemOf(id),
      senderOf: (item) => this.#senders[this.#senderOfItem.at(item)] ?? "",
    });
    const isItem = part.role === "message" || part.role === "change";
    this.#parts.push(part.role);
    const position = this.#itemOfEvent.push(isItem ? this.items : NONE);
    for (const id of [original.eventId, original.bundleId]) this.#ids.add(id, position);
    if (part.role === "attached") await this.#attach(part.to, attachedOf(part.kind, { original, author, files }));
    if (!isItem) return;
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
  }

  async #attach(item: number, attached: Attached): Promise<void> {
    const place = this.#places.push(await this.#notes.add(attached as unknown as JsonValue));
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
