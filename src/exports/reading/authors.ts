import { authorFault } from "../../bundle/author-fault.ts";
import type { ImportedSender, ManifestHead } from "../../bundle/manifest/manifest.ts";
import { authorIn } from "../../bundle/original.ts";
import { redactedBecause, redactionTarget, type ClientEvent, type StateEvent } from "../../matrix/event.ts";
import { isUserId, serverOf } from "../../matrix/ids.ts";
import { objectMember, stringMember, type JsonObject } from "../../matrix/json.ts";
import { IMPORTED, ORIGIN, REDACTION } from "../../matrix/names.ts";
import { bundleEvent } from "./bundle-event.ts";
import type { MemberProfiles } from "./member-profiles.ts";

/** Says who really wrote an event, where that is not simply its sender. */
export class Authors {
  /** the room that is read */
  readonly source: ManifestHead["source"];
  readonly #profiles: MemberProfiles;
  /**
   * Where this service made the room by an import, its own user: what that user says about other authors is true; nobody else is
   * believed, for anybody can write such a block.
   */
  readonly importer: string | undefined;
  /** redactions that the import could not date, by what they took back */
  readonly #undated = new Map<string, { ts: number; content: JsonObject }>();

  constructor(
    state: readonly StateEvent[],
    source: ManifestHead["source"],
    serviceUser: string,
    profiles: MemberProfiles,
  ) {
    this.source = source;
    this.#profiles = profiles;
    const byService = (type: string): boolean =>
      state.some((event) => event.type === type && event.state_key === "" && event.sender === serviceUser);
    this.importer = byService(IMPORTED) && byService("m.room.create") ? serviceUser : undefined;
    for (const { type, state_key: target, sender, content } of state) {
      if (type !== REDACTION || target === undefined || sender !== this.importer) continue;
      const [ts, told] = [content["origin_server_ts"], objectMember(content, "content")];
      if (Number.isSafeInteger(ts) && told) this.#undated.set(target, { ts: ts as number, content: told });
    }
  }

  /**
   * A redaction of the import, and what it took back, with the time and the content that it would have were the homeserver able to date
   * redactions: the import has kept both in the room's state. Any other event as it is.
   */
  dated(event: ClientEvent): ClientEvent {
    if (this.#undated.size === 0) return event;
    const because = redactedBecause(event);
    const redaction = because && this.#dated(because, event.event_id);
    if (redaction)
      return { ...event, unsigned: { ...event.unsigned, redacted_because: redaction as unknown as JsonObject } };
    return event.type === "m.room.redaction" ? (this.#dated(event, redactionTarget(event)) ?? event) : event;
  }

  #dated(redaction: ClientEvent, target: string | undefined): ClientEvent | undefined {
    const kept = target === undefined ? undefined : this.#undated.get(target);
    if (!kept || redaction.sender !== this.importer || Object.hasOwn(redaction.content, ORIGIN)) return undefined;
    const { redacts: _beside, ...rest } = redaction;
    return { ...rest, origin_server_ts: kept.ts, content: kept.content };
  }

  /** Was this event brought here by an import of this service, and is it still whole? */
  isImported(event: ClientEvent): boolean {
    return this.#importedAuthor(event) !== undefined;
  }

  /** For the senders of other servers, and for what an import brought here. */
  of(event: ClientEvent): ImportedSender | undefined {
    return this.#importedAuthor(event) ?? this.#authorOfRedacted(event) ?? this.foreign(event.sender);
  }

  /** The block of a user of another server. */
  foreign(userId: string): ImportedSender | undefined {
    if (serverOf(userId) === this.source.server_name) return undefined;
    return { user_id: userId, ...this.#profiles.of(userId) };
  }

  /**
   * Was this event brought by the import and redacted here afterwards? Then its author and origin are gone: only the redaction that
   * an import sends keeps them.
   */
  hasLostOrigin(event: ClientEvent): boolean {
    return event.sender === this.importer && redactedBecause(event) !== undefined && !this.#authorOfRedacted(event);
  }

  /** The name and avatar that this service set for itself in a room that it made: not part of the conversation. */
  serviceAvatar({ type, state_key, content }: ClientEvent): string | undefined {
    if (type !== "m.room.member" || this.importer === undefined || state_key !== this.importer) return undefined;
    return stringMember(content, "avatar_url");
  }

  /** Does this event of the service say of its origin what no reader can make sense of? Then it is carried as any other event. */
  hasBrokenOrigin(event: ClientEvent): boolean {
    const { sender, content } = event;
    if (sender !== this.importer || !Object.hasOwn(content, ORIGIN)) return false;
    return redactedBecause(event) === undefined && !this.#importedAuthor(event);
  }

  #importedAuthor(event: ClientEvent): ImportedSender | undefined {
    if (event.sender !== this.importer || !objectMember(event.content, ORIGIN)) return undefined;
    return this.#believed(event, authorIn(event.content));
  }

  /** What a reader would not take is not said. */
  #believed(event: ClientEvent, author: ImportedSender | undefined): ImportedSender | undefined {
    const isSound =
      author && isUserId(author.user_id) && authorFault(bundleEvent(event, author), this.source) === undefined;
    return isSound ? author : undefined;
  }

  /** A redaction strips the event itself: its author is in the redaction that the import sent. */
  #authorOfRedacted(event: ClientEvent): ImportedSender | undefined {
    if (event.sender !== this.importer) return undefined;
    const because = redactedBecause(event);
    if (because?.sender !== this.importer) return undefined;
    return this.#believed(event, authorIn(objectMember(objectMember(because.content, ORIGIN), "target")));
  }
}
