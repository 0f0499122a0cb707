import { findState } from "../../matrix/event.ts";
import { member, objectMember } from "../../matrix/json.ts";
import { isPollStart } from "../../matrix/poll.ts";
import { mayRedact } from "../../matrix/power-levels.ts";
import { relationOf } from "../../matrix/relation.ts";
import type { RenderSource } from "../source.ts";
import { versionsOf } from "./edits.ts";
import { FollowUps, threadRoot, type FollowUpOptions, type FoundFollowUps } from "./follow-ups.ts";
import type { Item, MessageItem, Reference } from "./item.ts";
import type { NotesFile } from "./notes.ts";
import type { People } from "./people.ts";
import { pinnedItems } from "./pins.ts";
import { pollOf } from "./polls.ts";
import { reactionsOf } from "./reactions.ts";
import type { Role } from "./role.ts";
import { filesByUri, timeline, type TimelineEntry } from "./timeline.ts";

/** So many follow-ups are in memory at a time, beside those of one message. */
const MOST_HELD = 1000;
const NOTHING: FoundFollowUps = { found: [], left: 0 };

/** An event with what it is to a reader. */
export interface ConversationEvent {
  entry: TimelineEntry;
  role: Role;
  /** of the item that it is; undefined where it belongs to another one */
  number: number | undefined;
}

/**
 * The conversation of a bundle as people read it: the one reading that all writers share. The events are read once at `read` and
 * once more for each `events` or `items`; in memory are some dozens of bytes an event.
 */
export class Conversation {
  readonly source: RenderSource;
  /** SHA-256 by URI */
  readonly files: ReadonlyMap<string, string>;
  readonly followUps: FollowUps;
  /** the numbers of the messages that were pinned at the export */
  readonly pinned: ReadonlySet<number>;
  readonly #mayClose: (userId: string) => boolean;

  private constructor(source: RenderSource, files: ReadonlyMap<string, string>, followUps: FollowUps) {
    this.source = source;
    this.files = files;
    this.followUps = followUps;
    this.pinned = pinnedItems(source.head.state, followUps);
    const levels = findState(source.head.state, "m.room.power_levels");
    this.#mayClose = (userId) => mayRedact(levels?.content, userId);
  }

  /** `notes`: a new file, for what has to lie on disk meanwhile. Close it when done, which closes the file. @throws BundleError */
  static async read(source: RenderSource, notes: NotesFile, options?: FollowUpOptions): Promise<Conversation> {
    const files = filesByUri(source);
    return new Conversation(source, files, await FollowUps.of(timeline(source, files), notes, options));
  }

  get people(): People {
    return this.followUps.people;
  }

  /** Every event, in order, many at a time. @throws BundleError */
  async *events(): AsyncGenerator<ConversationEvent[], void, undefined> {
    let [position, items] = [0, 0];
    for await (const entries of timeline(this.source, this.files))
      yield entries.map((entry) => {
        const role = this.followUps.roleAt(position++);
        const isItem = role === "message" || role === "change";
        const number = isItem ? items : undefined;
        // what has moved has left its number behind
        if (isItem || role === "moved") items++;
        return { entry, role, number };
      });
  }

  /** Messages with all that belongs to them, and what happened to the room, in order, many at a time. @throws BundleError */
  async *items(): AsyncGenerator<Item[], void, undefined> {
    for await (const events of this.events()) {
      let items: Item[] = [];
      let held = 0;
      for (const { entry, role, number } of events) {
        if (number === undefined) continue;
        if (role === "change") items.push({ kind: "change", number, entry });
        else if (entry.original.redaction || !this.followUps.has(number))
          items.push(this.#message(entry, number, NOTHING));
        else {
          const followUps = await this.followUps.of(number);
          items.push(this.#message(entry, number, followUps));
          held += followUps.found.length;
        }
        if (held < MOST_HELD) continue;
        yield items;
        items = [];
        held = 0;
      }
      yield items;
    }
  }

  async close(): Promise<void> {
    await this.followUps.close();
  }

  #message(entry: TimelineEntry, number: number, { found, left }: FoundFollowUps): MessageItem {
    const { original } = entry;
    const edits = found.filter((each) => each.kind === "edit");
    const versions = versionsOf(entry, edits, left);
    const item: MessageItem = {
      kind: "message",
      number,
      entry,
      versions,
      isPinned: this.pinned.has(number),
      reactions: reactionsOf(found),
      inThread: found.flatMap((each) => (each.kind === "in_thread" ? [each.item] : [])),
    };
    if (original.redaction) return item;
    if (isPollStart(original.type)) item.poll = pollOf(entry, versions.current, found, this.#mayClose);
    const root = threadRoot(original.content);
    if (root !== undefined) item.thread = this.#referenceTo(root);
    const answered = relationOf(original.content).in_reply_to;
    const isFallback = member(objectMember(original.content, "m.relates_to"), "is_falling_back") === true;
    if (answered !== undefined && !(root !== undefined && (isFallback || answered === root)))
      item.repliesTo = this.#referenceTo(answered);
    return item;
  }

  #referenceTo(id: string): Reference {
    return this.followUps.itemOf(id) ?? "outside";
  }
}
