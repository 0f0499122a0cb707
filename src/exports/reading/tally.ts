import { isEncrypted } from "../../bundle/coverage.ts";
import type { ImportedSender, LedgerEntry } from "../../bundle/manifest/manifest.ts";
import type { ClientEvent } from "../../matrix/event.ts";
import { IdSum } from "../../bundle/verify/id-sum.ts";
import type { ReferencedMedia } from "../../bundle/referenced-media.ts";

/** Where a file is spoken of. */
export interface MediaReference {
  /** the oldest event that refers to it; undefined: an avatar known from elsewhere */
  eventId: string | undefined;
  names: Set<string>;
}

/** What an increment must know of events that the bundle before it holds. */
interface HeldEvents {
  events: number;
  readonly ids: IdSum;
  readonly senders: Set<string>;
  /** addresses of the files that they refer to */
  readonly media: Set<string>;
  /** those of them that have been redacted since, and are carried again */
  changed: number;
}

/** What the head of a manifest must know about a run of events. They come newest first. */
export class Tally {
  events = 0;
  encrypted = 0;
  readonly byType = new Map<string, number>();
  readonly senders = new Set<string>();
  /** by user id, as they were last */
  readonly importedAuthors = new Map<string, ImportedSender>();
  readonly media = new Map<string, MediaReference>();
  readonly malformed: LedgerEntry[] = [];
  /** imported events that were redacted after the import */
  readonly lostOrigins: string[] = [];
  /** imported events whose origin nobody can read */
  readonly brokenOrigins: string[] = [];
  /** addresses of the service's own avatar in a room that it made */
  readonly serviceAvatars = new Set<string>();
  readonly held: HeldEvents = { events: 0, ids: new IdSum(), senders: new Set(), media: new Set(), changed: 0 };

  /** An event that the bundle before this one holds. */
  hold(
    { event_id, sender }: ClientEvent,
    importedAuthor: ImportedSender | undefined,
    media: readonly ReferencedMedia[],
  ): void {
    this.held.events++;
    this.held.ids.add(event_id);
    this.held.senders.add(sender);
    this.#meet(importedAuthor);
    for (const { uri } of media) this.held.media.add(uri);
  }

  add(event: ClientEvent, importedAuthor: ImportedSender | undefined): void {
    this.events++;
    this.byType.set(event.type, (this.byType.get(event.type) ?? 0) + 1);
    this.senders.add(event.sender);
    if (isEncrypted(event)) this.encrypted++;
    this.#meet(importedAuthor);
  }

  #meet(importedAuthor: ImportedSender | undefined): void {
    if (importedAuthor && !this.importedAuthors.has(importedAuthor.user_id))
      this.importedAuthors.set(importedAuthor.user_id, importedAuthor);
  }

  get isEmpty(): boolean {
    return this.events === 0 && this.held.events === 0 && this.malformed.length === 0;
  }

  refer(media: ReferencedMedia, eventId: string | undefined): void {
    const known = this.media.get(media.uri);
    const names = known?.names ?? new Set<string>();
    if (media.name !== undefined) names.add(media.name);
    this.media.set(media.uri, { eventId: eventId ?? known?.eventId, names });
  }

  /** Adds what was counted of older events. */
  addOlder(older: Tally): void {
    this.events += older.events;
    this.encrypted += older.encrypted;
    for (const [type, count] of older.byType) this.byType.set(type, (this.byType.get(type) ?? 0) + count);
    for (const sender of older.senders) this.senders.add(sender);
    for (const [userId, author] of older.importedAuthors)
      if (!this.importedAuthors.has(userId)) this.importedAuthors.set(userId, author);
    for (const [uri, { eventId, names }] of older.media) {
      this.refer({ uri }, eventId);
      for (const name of names) this.refer({ uri, name }, eventId);
    }
    this.malformed.push(...older.malformed);
    this.lostOrigins.push(...older.lostOrigins);
    this.brokenOrigins.push(...older.brokenOrigins);
    for (const uri of older.serviceAvatars) this.serviceAvatars.add(uri);
    this.held.events += older.held.events;
    this.held.changed += older.held.changed;
    this.held.ids.addAll(older.held.ids);
    for (const sender of older.held.senders) this.held.senders.add(sender);
    for (const uri of older.held.media) this.held.media.add(uri);
  }
}
