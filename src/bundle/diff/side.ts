import { redactedBecause } from "../../matrix/event.ts";
import { member, objectMember, stringMember } from "../../matrix/json.ts";
import { IMPORTED, ORIGIN, WRAPPER } from "../../matrix/names.ts";
import { plainForm } from "../decrypted/plain-form.ts";
import { IdIndex } from "../verify/id-index.ts";
import type { BundleEvent, ImportedSender, ManifestHead } from "../manifest/manifest.ts";
import type { OpenArchive } from "../open-bundle.ts";
import { Profiles } from "../profiles.ts";
import { isScaffolding, isSliceNotice, originalOf, type OriginalEvent } from "../original.ts";

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
}

/** How far the events of a bundle have been gone through. */
interface Reading {
  position: number;
  profiles: Profiles;
}

/** One of the two bundles, with compact indexes of its events: some dozens of bytes each. */
export class Side {
  readonly bundle: OpenArchive;
  /** positions by original id, by the id in this bundle; ids of the redactions that took events of this bundle back */
  readonly byOrigin = new IdIndex();
  readonly byBundleId = new IdIndex();
  readonly redactions = new IdIndex();
  /** ids of what this bundle's import put beside the conversation */
  readonly leftOut = new Set<string>();
  readonly #senders: string[] = [];
  readonly #senderNumbers = new Map<string, number>();
  #senderOf = new Int32Array(1024);
  readonly #files = new Map<string, string>();
  /** the rooms that its events were first sent to, and the one that was imported into this one */
  readonly #homes = new Set<string>();
  readonly #indexed: Reading;

  constructor(bundle: OpenArchive) {
    this.bundle = bundle;
    for (const [sha256, { uris }] of this.head.media) for (const uri of uris) this.#files.set(uri, sha256);
    const mark = this.head.state.find(({ type, sender }) => type === IMPORTED && sender === this.head.room.imported_by);
    const importedRoom = stringMember(objectMember(mark?.content, "source"), "room_id");
    if (importedRoom !== undefined) this.#homes.add(importedRoom);
    this.#homes.add(this.head.source.room_id);
    this.#indexed = this.#reading();
  }

  /** Takes the next events of the bundle into the indexes: all of them, before anything is compared. */
  index(events: readonly BundleEvent[]): void {
    for (const item of this.#itemsOf(events, this.#indexed)) this.#index(item);
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
    return { position: 0, profiles: new Profiles(this.head.senders) };
  }

  /** The next events, without those beside the conversation. */
  #itemsOf(events: readonly BundleEvent[], reading: Reading): Item[] {
    const { profiles } = reading;
    const items: Item[] = [];
    for (const exported of events) {
      const event = plainForm(exported, this.head.source);
      const original = originalOf(event, this.head.source);
      profiles.observe(original);
      if (this.#isImportedRoom && this.#isBeside(event, original)) this.leftOut.add(event.event_id);
      else {
        const item = { event, original, author: profiles.authorOf(original), position: reading.position++ };
        items.push(event === exported ? item : { ...item, exported });
      }
    }
    return items;
  }

  /** The event as it was exported, where the other bundle has it encrypted; else as it is. */
  inFormOf(item: Item, other: Item): Item {
    const { exported: event } = item;
    if (!event || other.original.type !== "m.room.encrypted") return item;
    const { decrypted: _plain, ...encrypted } = event;
    return { ...item, event: encrypted, original: originalOf(encrypted, this.head.source) };
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

  /** What an import adds to a conversation: the room's setup, the notice of a slice, a redaction that had to be repeated. */
  #isBeside(event: BundleEvent, original: OriginalEvent): boolean {
    return original.repeated || isScaffolding(event, this.head) || isSliceNotice(event, this.head);
  }

  #index({ event, original, position }: Item): void {
    this.byOrigin.add(original.eventId, position);
    this.byBundleId.add(event.event_id, position);
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

/** Does this event only keep another one, whose content must not act? */
export function isWrapper({ event, original }: Item): boolean {
  return original.imported && event.type === WRAPPER && member(member(event.content, ORIGIN), "restore") === undefined;
}
