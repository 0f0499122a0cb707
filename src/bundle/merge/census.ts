import { redactedBecause } from "../../matrix/event.ts";
import { stringMember } from "../../matrix/json.ts";
import { IMPORTED_SENDER, ORIGIN } from "../../matrix/names.ts";
import { isEncrypted } from "../coverage.ts";
import type { BundleEvent, ManifestHead, Sender } from "../manifest/manifest.ts";
import { referencedMedia } from "../referenced-media.ts";

/** Where a file is spoken of. */
interface Reference {
  /** the oldest event; undefined: an avatar known from elsewhere */
  eventId: string | undefined;
  names: Set<string>;
}

/** What the head of a manifest must know about its events, which come oldest first. */
export class Census {
  events = 0;
  encrypted = 0;
  readonly byType = new Map<string, number>();
  readonly senders = new Set<string>();
  readonly references = new Map<string, Reference>();
  /** oldest first */
  readonly lostOrigins: string[] = [];
  readonly brokenOrigins: string[] = [];
  readonly serviceAvatars = new Set<string>();
  readonly #head: Pick<ManifestHead, "source" | "room">;

  constructor(head: Pick<ManifestHead, "source" | "room">) {
    this.#head = head;
  }

  event(event: BundleEvent): void {
    this.events++;
    this.byType.set(event.type, (this.byType.get(event.type) ?? 0) + 1);
    this.senders.add(event.sender);
    if (isEncrypted(event)) this.encrypted++;
    const isOfImporter = event.sender === this.#head.room.imported_by;
    if (isOfImporter && !event[IMPORTED_SENDER]) {
      if (redactedBecause(event)) this.lostOrigins.push(event.event_id);
      else if (Object.hasOwn(event.content, ORIGIN)) this.brokenOrigins.push(event.event_id);
    }
    this.#noteServiceAvatar(event);
    for (const { uri, name } of this.#mediaOf(event)) this.#refer(uri, event.event_id, name);
  }

  /** After the last event: what else refers to files. */
  beside(state: readonly BundleEvent[], senders: ReadonlyMap<string, Sender>): void {
    for (const event of state) {
      this.#noteServiceAvatar(event);
      for (const { uri, name } of this.#mediaOf(event))
        if (!this.references.has(uri)) this.#refer(uri, event.event_id, name);
    }
    for (const [userId, { avatar }] of senders)
      if (
        userId !== this.#head.room.imported_by &&
        avatar?.uri.startsWith("mxc://") &&
        !this.references.has(avatar.uri)
      )
        this.#refer(avatar.uri, undefined, undefined);
  }

  #mediaOf(event: BundleEvent): ReturnType<typeof referencedMedia> {
    return referencedMedia(event, this.#head.source, this.#serviceAvatar(event) !== undefined);
  }

  /** The name and avatar that the importing service set for itself. */
  #serviceAvatar({ type, state_key: key, content }: BundleEvent): string | undefined {
    const importer = this.#head.room.imported_by;
    if (type !== "m.room.member" || importer === undefined || key !== importer) return undefined;
    return stringMember(content, "avatar_url");
  }

  #noteServiceAvatar(event: BundleEvent): void {
    const uri = this.#serviceAvatar(event);
    if (uri !== undefined) this.serviceAvatars.add(uri);
  }

  #refer(uri: string, eventId: string | undefined, name: string | undefined): void {
    const known = this.references.get(uri) ?? { eventId, names: new Set<string>() };
    if (name !== undefined) known.names.add(name);
    this.references.set(uri, known);
  }
}
