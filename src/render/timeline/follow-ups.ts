import { objectMember, stringMember, type JsonObject, type JsonValue } from "../../matrix/json.ts";
import { isPollStart, pollBlock } from "../../matrix/poll.ts";
import { relationOf } from "../../matrix/relation.ts";
import { excerptOf } from "../words/message-text.ts";
import type { Author } from "./author.ts";
import { isLater } from "./edits.ts";
import { EventRoles, type TakenEvent } from "./event-roles.ts";
import { GrowingNumbers } from "./growing-numbers.ts";
import type { Item } from "./item.ts";
import { NoteChains } from "./note-chains.ts";
import { Notes, type NotesFile } from "./notes.ts";
import { People } from "./people.ts";
import { reactionLabel } from "./reactions.ts";
import { awaitedBy, partOf, type Role } from "./role.ts";
import type { Files, TimelineEntry } from "./timeline.ts";

/** Something that belongs to a message, from another event or another place. */
export type FollowUp =
  | { kind: "edit"; id: string; ts: number; content: JsonObject; files: Files }
  | { kind: "reaction"; by: Author; key: string; label: string; files: Files }
  | { kind: "vote"; by: Author; ts: number; content: JsonObject }
  | { kind: "end"; by: Author; ts: number }
  | { kind: "in_thread"; item: number };

/** Something that came before what it belongs to: where it is noted down, and its place in the timeline. */
interface Early {
  note: number;
  position: number;
}

/** Of so many events it is kept in memory what they wait for, where that is an id: only an attack has more. */
const MAX_WAITING = 100_000;
const MAX_ID = 255;
/** So many characters of JSON are read of the earlier wordings of one message. */
const EARLIER_CHARACTERS = 200_000;

/** What belongs to a message; without earlier wordings beyond what a reader would look at: `left` says how many. */
export interface FoundFollowUps {
  found: readonly FollowUp[];
  left: number;
}

/** As much of a message as others show of it. */
export interface Brief {
  by: Author;
  ts: number;
  /** empty where there is nothing to say */
  text: string;
  isRemoved: boolean;
}

export interface FollowUpOptions {
  /** shall `brief` be there? It costs a note for each message */
  briefs?: boolean;
  /** told of each message and change while the timeline is read for the first time */
  watch?: (entry: TimelineEntry, item: Pick<Item, "kind" | "number">) => void;
}

/**
 * What there is to know of every event before the first message can be written: edits, reactions, votes and answers in threads come
 * after what they belong to. They lie on disk; in memory there are some dozens of bytes an event.
 */
export class FollowUps {
  readonly people = new People();
  readonly #notes: Notes;
  readonly #roles = new EventRoles();
  /** by the event that they wait for */
  readonly #early = new Map<string, Early[]>();
  #waiting = 0;
  readonly #latestEdits = new Map<number, { id: string; ts: number; place: number }>();
  readonly #briefs = new GrowingNumbers();
  readonly #polls = new Map<number, number>();
  readonly #chains: NoteChains;

  private constructor(notes: Notes) {
    this.#notes = notes;
    this.#chains = new NoteChains(notes);
  }

  /** Goes through all events once, many at a time. `file`: a new one, for what has to lie on disk meanwhile; it is closed with this. */
  static async of(
    batches: AsyncIterable<readonly TimelineEntry[]>,
    file: NotesFile,
    options: FollowUpOptions = {},
  ): Promise<FollowUps> {
    const followUps = new FollowUps(new Notes(file));
    try {
      for await (const entries of batches) {
        for (const entry of entries) {
          const { item } = followUps.#take(entry, options);
          if (item !== undefined && followUps.#early.size > 0) await followUps.#settle(entry);
        }
        if (followUps.#notes.isFull) await followUps.#notes.flush();
      }
      await followUps.#notes.flush();
      return followUps;
    } catch (error) {
      await followUps.close();
      throw error;
    }
  }

  /** How many messages and changes there are. */
  get items(): number {
    return this.#roles.items;
  }

  /** What the event at this place of the timeline is. */
  roleAt(position: number): Role {
    return this.#roles.roleAt(position);
  }

  itemOf(id: string): number | undefined {
    return this.#roles.itemOf(id);
  }

  /** Does anything belong to this message? */
  has(item: number): boolean {
    return this.#chains.has(item);
  }

  /** What belongs to a message, in the order of the timeline. */
  async of(item: number): Promise<FoundFollowUps> {
    const found: FollowUp[] = [];
    const latest = this.#latestEdits.get(item)?.id;
    let [room, left] = [EARLIER_CHARACTERS, 0];
    for await (const note of this.#chains.of(item)) {
      const each = note as unknown as FollowUp;
      if (each.kind === "edit" && each.id !== latest) {
        room -= JSON.stringify(each.content).length;
        if (room < 0) {
          left++;
          continue;
        }
      }
      found.push(each);
    }
    return { found, left };
  }

  /** With the text of its last edit. Only where the option `briefs` was given. */
  async brief(item: number): Promise<Brief> {
    const brief = (await this.#notes.read(this.#briefs.at(item))) as unknown as Brief;
    const edited = brief.isRemoved ? undefined : await this.#latestContent(item);
    return edited ? { ...brief, text: excerptOf("m.room.message", edited) } : brief;
  }

  /** The content of a poll's start in its latest wording; undefined where the item is no poll. */
  async pollContent(item: number): Promise<JsonObject | undefined> {
    const place = this.#polls.get(item);
    if (place === undefined) return undefined;
    const edited = await this.#latestContent(item);
    if (edited && pollBlock(edited)) return edited;
    return (await this.#notes.read(place)) as JsonObject;
  }

  async close(): Promise<void> {
    await this.#notes.close();
  }

  async #latestContent(item: number): Promise<JsonObject | undefined> {
    const latest = this.#latestEdits.get(item);
    if (!latest) return undefined;
    return ((await this.#notes.read(latest.place)) as unknown as Extract<FollowUp, { kind: "edit" }>).content;
  }

  #take(entry: TimelineEntry, { briefs, watch }: FollowUpOptions): TakenEvent {
    const { original, author } = entry;
    const taken = this.#roles.take(original);
    const { part, position, item } = taken;
    this.#notePeople(entry);
    if (part.role === "attached") this.#attach(part.to, followUpOf(part.kind, entry));
    if (item === undefined) return taken;
    this.#await(entry, position);
    const isRemoved = original.redaction !== undefined;
    if (briefs) {
      const text = isRemoved ? "" : excerptOf(original.type, original.content);
      this.#briefs.push(this.#notes.add({ by: author as unknown as JsonObject, ts: original.ts, text, isRemoved }));
    }
    this.#chains.open();
    if (isPollStart(original.type) && !isRemoved) this.#polls.set(item, this.#notes.add(original.content));
    const root = part.role === "message" ? threadRoot(original.content) : undefined;
    const rootItem = root === undefined ? undefined : this.itemOf(root);
    if (rootItem !== undefined && rootItem !== item) this.#attach(rootItem, { kind: "in_thread", item });
    watch?.(entry, { kind: part.role === "message" ? "message" : "change", number: item });
    return taken;
  }

  #notePeople({ original, author, remover }: TimelineEntry): void {
    this.people.add(author);
    if (remover) this.people.add(remover);
    if (original.type !== "m.room.member" || original.stateKey === undefined) return;
    const name = stringMember(original.content, "displayname");
    this.people.add({ user_id: original.stateKey, display_name: name ?? null });
  }

  /** Notes down what the event waits for, if it does. */
  #await(entry: TimelineEntry, position: number): void {
    const id = awaitedBy(entry.original);
    if (id === undefined || id.length > MAX_ID || this.#roles.knows(id) || this.#waiting >= MAX_WAITING) return;
    this.#waiting++;
    const early = this.#early.get(id) ?? [];
    early.push({ note: this.#notes.add(entry as unknown as JsonValue), position });
    this.#early.set(id, early);
  }

  /** The event is there now: what waited for it becomes a part of it, where it may. */
  async #settle({ original }: TimelineEntry): Promise<void> {
    for (const id of new Set([original.eventId, original.bundleId])) {
      const early = this.#early.get(id);
      if (!early) continue;
      await this.#notes.flush();
      for (const { note, position } of early) {
        const entry = (await this.#notes.read(note)) as unknown as TimelineEntry;
        const part = partOf(entry.original, this.#roles);
        const stays = part.role === "message" || part.role === "change";
        this.#roles.change(position, stays ? part.role : "moved");
        if (stays) continue;
        if (part.role === "attached") this.#attach(part.to, followUpOf(part.kind, entry));
      }
      this.#early.delete(id);
    }
  }

  #attach(item: number, followUp: FollowUp): void {
    const place = this.#chains.add(item, followUp as unknown as JsonValue);
    if (followUp.kind !== "edit") return;
    const known = this.#latestEdits.get(item);
    if (!known || isLater(followUp, known)) this.#latestEdits.set(item, { id: followUp.id, ts: followUp.ts, place });
  }
}

export function threadRoot(content: JsonObject): string | undefined {
  const relation = relationOf(content);
  return relation.rel_type === "m.thread" ? relation.event_id : undefined;
}

function followUpOf(
  kind: "edit" | "reaction" | "vote" | "end",
  { original, author: by, files }: Pick<TimelineEntry, "original" | "author" | "files">,
): FollowUp {
  const { content, ts, eventId: id } = original;
  if (kind === "edit") return { kind, id, ts, content: objectMember(content, "m.new_content") ?? content, files };
  if (kind === "vote") return { kind, by, ts, content };
  if (kind === "end") return { kind, by, ts };
  return { kind, by, key: relationOf(content).key ?? "", label: reactionLabel(content), files };
}
