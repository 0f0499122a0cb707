import { redactedBecause } from "../../matrix/event.ts";
import { serverOf } from "../../matrix/ids.ts";
import { objectMember, stringMember } from "../../matrix/json.ts";
import { IMPORTED_SENDER, ORIGIN } from "../../matrix/names.ts";
import { relationOf } from "../../matrix/relation.ts";
import { authorFault } from "../author-fault.ts";
import { sinceBundle, type SinceBundle } from "../bookmark.ts";
import type { FaultCode } from "../faults.ts";
import { carriedMedia } from "../manifest/carried-media.ts";
import type { BundleEvent, ManifestHead } from "../manifest/manifest.ts";
import { isImported } from "../original.ts";
import type { Accounts } from "./accounts.ts";
import type { FaultList } from "./fault-list.ts";
import { IdIndex } from "./id-index.ts";
import { isRedactedByAnother } from "./redaction.ts";
import type { DecryptionVerifier } from "./verify-decryption.ts";
import type { StateVerifier } from "./verify-state.ts";

/** Holds the events of a bundle, one by one, against each other and against the head. */
export class EventVerifier {
  readonly #head: ManifestHead;
  readonly #faults: FaultList;
  readonly #accounts: Accounts;
  readonly #state: StateVerifier;
  readonly #decryption: DecryptionVerifier;
  readonly #since: SinceBundle | undefined;
  /** SHA-256 of the files that must hold an original content */
  readonly contentFiles = new Set<string>();
  readonly #ids = new IdIndex();
  readonly #targets = new IdIndex();
  /** declared, less what was met */
  readonly #left: Map<string, number>;
  #undeclared = false;
  #index = 0;
  #relations = 0;
  #redacted = 0;

  constructor(
    head: ManifestHead,
    accounts: Accounts,
    state: StateVerifier,
    decryption: DecryptionVerifier,
    faults: FaultList,
  ) {
    this.#head = head;
    this.#accounts = accounts;
    this.#state = state;
    this.#decryption = decryption;
    this.#since = sinceBundle(head.coverage);
    this.#faults = faults;
    this.#left = new Map(Object.entries(head.counts.by_type));
  }

  event(event: BundleEvent): void {
    const id = event.event_id;
    const where = `/events/${this.#index}`;
    const wrong = (code: FaultCode): void => this.#faults.add(code, where, id);
    if (this.#ids.add(id, this.#index) !== undefined) wrong("event_duplicate");
    if (event.type === "m.room.create" && this.#index > 0) wrong("event_order");
    this.#people(event, wrong);
    if (carriedMedia(event, this.#head.source).some((uri) => !this.#accounts.holds(uri))) wrong("media_unlisted");
    if (redactedBecause(event)) this.#redacted++;
    if (isRedactedByAnother(event)) wrong("redaction_inconsistent");
    if (this.#state.contradicts(event)) wrong("state_inconsistent");
    if (this.#since) this.#increment(event, this.#since, wrong);
    this.#decryption.event(event, wrong);
    this.#relation(event);
    this.#count(event.type);
    this.#index++;
  }

  #people(event: BundleEvent, wrong: (code: FaultCode) => void): void {
    const { senders, source } = this.#head;
    const author = event[IMPORTED_SENDER];
    const sender = senders.get(event.sender);
    if (!sender || (author && !senders.has(author.user_id))) wrong("sender_unlisted");
    const isLocal = serverOf(event.sender) === source.server_name;
    if (isLocal && sender?.foreign) wrong("sender_inconsistent");
    // most events have neither
    if (!author && isLocal) return;
    const found = authorFault(event, source) ?? this.#contentFile(event);
    if (found) wrong(found);
  }

  /** The file that holds an original content must be here, or in the ledger. */
  #contentFile(event: BundleEvent): FaultCode | undefined {
    const origin = objectMember(event.content, ORIGIN);
    const uri = stringMember(origin, "content_uri");
    if (uri === undefined || redactedBecause(event) || !isImported(event, this.#head.source)) return undefined;
    const sha256 = this.#accounts.fileOf(uri);
    if (sha256 === null) return undefined;
    if (sha256 === undefined || sha256 !== stringMember(origin, "sha256")) return "origin_invalid";
    this.contentFiles.add(sha256);
    return undefined;
  }

  /** The first events stand in the earlier bundle, too, which ends before all others. */
  #increment(event: BundleEvent, { changed, event_id: last }: SinceBundle, wrong: (code: FaultCode) => void): void {
    const isThere = this.#index < changed;
    if (isThere ? !redactedBecause(event) : event.event_id === last) wrong("increment_inconsistent");
  }

  #relation(event: BundleEvent): void {
    const { event_id: target, in_reply_to: replyTo } = relationOf(event.content);
    if (target === undefined && replyTo === undefined) return;
    this.#relations++;
    for (const id of [target, replyTo]) if (id !== undefined && !this.#ids.has(id)) this.#targets.add(id, 0);
  }

  #count(type: string): void {
    const left = this.#left.get(type);
    if (left === undefined) this.#undeclared = true;
    else this.#left.set(type, left - 1);
  }

  /** After the last event. */
  finish(): void {
    if (this.#since && this.#since.changed > this.#index) this.#faults.add("increment_inconsistent", "/coverage");
    const mismatch = (name: string): void => this.#faults.add("counts_mismatch", `/counts/${name}`);
    if (this.#index !== this.#head.counts.events) mismatch("events");
    if (this.#undeclared || [...this.#left.values()].some((left) => left !== 0)) mismatch("by_type");
  }

  get summary(): { events: number; redacted: number; relations: number; targets_outside: number } {
    return {
      events: this.#index,
      redacted: this.#redacted,
      relations: this.#relations,
      targets_outside: this.#targets.countMissingIn(this.#ids),
    };
  }
}
