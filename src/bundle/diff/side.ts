import { redactedBecause } from "../../matrix/event.ts";
import { homesOf } from "../joined/homes.ts";
import { member } from "../../matrix/json.ts";
import { ORIGIN, WRAPPER } from "../../matrix/names.ts";
import { plainForm } from "../decrypted/plain-form.ts";
import { IdIndex } from "../verify/id-index.ts";
import type { BundleEvent, ImportedSender, ManifestHead } from "../manifest/manifest.ts";
import { RoomsInTurn } from "../joined/rooms-in-turn.ts";
import type { Bundle } from "../open-bundle.ts";
import { isScaffolding, isServiceNotice, originalOf, type OriginalEvent } from "../original.ts";

/** More generations than any conversation lives through. */
const MOST_HOMES = 1000;

/** An event that takes part in the comparison. */
export interface Item {
  event: BundleEvent;
  /** as it was before it was decrypted */
  exported?: BundleEvent;
  original: OriginalEvent;
  /** with the name and avatar of that moment */
  author: ImportedSender;
  /** among those of its bundle that take part */
  position: number;
  /** the room that its bundle has it of */
  source: ManifestHead["source"];
}

/** How far the events of a bundle have been gone through. */
interface Reading {
  position: number;
  rooms: RoomsInTurn;
}

/** One of the two bundles, with compact indexes of its events: some dozens of bytes each. */
export class Side {
  readonly bundle: Bundle;
  /** positions by original id */
  readonly byOrigin = new IdIndex();
  /** ids of the redactions that took events of this bundle back */
  readonly redactions = new IdIndex();
  /** ids of what this bundle's import put beside the conversation */
  readonly leftOut = new Set<string>();
  readonly #senders: string[] = [];
  readonly #senderNumbers = new Map<string, number>();
  /** undefined: every event so far has its original id here, too */
  #byBundleId: IdIndex | undefined;
  #senderOf = new Int32Array(1024);
  readonly #files = new Map<string, string>();
  /** the rooms that its events were first sent to, and the one that was imported into this one */
  readonly #homes = new Set<string>();
  readonly #indexed: Reading;

  constructor(bundle: Bundle) {
    this.bundle = bundle;
    for (const [sha256, { uris }] of this.head.media) for (const uri of uris) this.#files.set(uri, sha256);
    for (const head of bundle.joined ?? [this.head]) for (const home of homesOf(head)) this.#homes.add(home);
    this.#indexed = this.#reading();
  }

  /** Takes the next events of the bundle into the indexes, in their order, and gives those that take part in the comparison. */
  index(events: readonly BundleEvent[]): Item[] {
    const items = this.#itemsOf(events, this.#indexed);
    for (const item of items) this.#index(item);
    return items;
  }

  get head(): ManifestHead {
    return this.bundle.head;
  }

  get #isImportedRoom(): boolean {
    return this.head.room.imported_by !== undefined;
  }

  /** The events of the conversation in order, as many at a time as are read at once. @throws BundleError */
  async *items(): AsyncGenerator<Item[], void, undefined> {
    const reading = this.#reading();
    for await (const batch of this.bundle.eventBatches()) yield this.#itemsOf(batch, reading);
  }

  #reading(): Reading {
    return { position: 0, rooms: new RoomsInTurn(this.bundle) };
  }

  /** The next events, without those beside the conversation. */
  #itemsOf(events: readonly BundleEvent[], reading: Reading): Item[] {
    const items: Item[] = [];
    for (const exported of events) {
      const { head, profiles } = reading.rooms.next();
      const { source } = head;
      const event = plainForm(exported, head);
      const original = originalOf(event, source);
      profiles.observe(original);
      if (isBeside(event, original, head)) this.leftOut.add(event.event_id);
      else {
        const item = { event, original, author: profiles.authorOf(original), position: reading.position++, source };
        items.push(event === exported ? item : { ...item, exported });
      }
    }
    return items;
  }

  /** The event as it was exported, where the other bundle alone has it encrypted; else as it is. */
  inFormOf(item: Item, other: Item): Item {
    const { exported: event } = item;
    if (!event) return item;
    const [own, others] = [item, other].map(({ original }) => original.type === "m.room.encrypted");
    if (!others || own) return item;
    const { decrypted: _plain, ...encrypted } = event;
    return { ...item, event: encrypted, original: originalOf(encrypted, item.source) };
  }

  /** Positions by the id in this bundle. */
  get byBundleId(): IdIndex {
    return this.#byBundleId ?? this.byOrigin;
  }

  /** The SHA-256 of the file behind a URI, if the bundle holds it. */
  fileOf(uri: string): string | undefined {
    return this.#files.get(uri);
  }

  /** The SHA-256 of an author's avatar, if the bundle holds it. */
  avatarOf({ author }: Item): string | undefined {
    return author.avatar === null ? undefined : this.fileOf(author.avatar);
  }

  /** Who first sent the event at that position. */
  senderAt(position: number): string | undefined {
    return this.#senders[this.#senderOf[position] as number];
  }

  /** Is this a state event of a later room, set there after the import, so that the other bundle cannot have it? */
  isLater({ original }: Item, other: Side): boolean {
    const isStateEvent = original.stateKey !== undefined;
    return this.#isImportedRoom && isStateEvent && !other.#homes.has(original.roomId);
  }

  #index({ event, original, position }: Item): void {
    if (original.eventId !== event.event_id) this.#byBundleId ??= this.byOrigin.copy();
    this.byOrigin.add(original.eventId, position);
    this.#byBundleId?.add(event.event_id, position);
    if (this.#homes.size < MOST_HOMES) this.#homes.add(original.roomId);
    if (redactedBecause(event)) this.redactions.add(original.redaction?.eventId ?? "", position);
    let number = this.#senderNumbers.get(original.sender);
    if (number === undefined) {
      number = this.#senders.push(original.sender) - 1;
      this.#senderNumbers.set(original.sender, number);
    }
    if (position >= this.#senderOf.length) {
      const longer = new Int32Array(this.#senderOf.length * 2);
      longer.set(this.#senderOf);
      this.#senderOf = longer;
    }
    this.#senderOf[position] = number;
  }
}

/** What an import adds to a conversation: the room's setup, its own notices, a redaction that had to be repeated. */
function isBeside(event: BundleEvent, original: OriginalEvent, head: ManifestHead): boolean {
  if (head.room.imported_by === undefined) return false;
  return original.repeated === true || isScaffolding(event, head) || isServiceNotice(event, head);
}

/** Does this event only keep another one, whose content must not act? */
export function isWrapper({ event, original }: Item): boolean {
  return original.imported && event.type === WRAPPER && member(member(event.content, ORIGIN), "restore") === undefined;
}
