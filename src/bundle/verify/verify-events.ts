import { redactedBecause, redactionTarget } from "../../matrix/event.ts";
import { member, stringMember } from "../../matrix/json.ts";
import { IMPORTED_SENDER } from "../../matrix/names.ts";
import { relationOf } from "../../matrix/relation.ts";
import { carriedMedia } from "../manifest/carried-media.ts";
import type { FaultList } from "./fault-list.ts";
import { IdIndex } from "./id-index.ts";
import type { BundleEvent, ManifestHead } from "../manifest/manifest.ts";
import { isImported } from "../original.ts";

/** Holds the events of a bundle, one by one, against each other and against the head. */
export class EventVerifier {
  readonly #head: ManifestHead;
  readonly #faults: FaultList;
  readonly #accounted: ReadonlySet<string>;
  readonly #ids = new IdIndex();
  readonly #targets = new IdIndex();
  /** declared, less what was met */
  readonly #left: Map<string, number>;
  #undeclared = false;
  #index = 0;
  #relations = 0;
  #redacted = 0;

  constructor(head: ManifestHead, faults: FaultList) {
    this.#head = head;
    this.#faults = faults;
    this.#left = new Map(Object.entries(head.counts.by_type));
    const accounted = new Set<string>();
    for (const { uris } of head.media.values()) for (const uri of uris) accounted.add(uri);
    for (const { uri } of head.ledger) if (uri !== undefined) accounted.add(uri);
    this.#accounted = accounted;
  }

  event(event: BundleEvent): void {
    const id = event.event_id;
    const where = `/events/${this.#index}`;
    if (this.#ids.add(id, this.#index) !== undefined) this.#faults.add("event_duplicate", where, id);
    if (event.type === "m.room.create" && this.#index > 0) this.#faults.add("event_order", where, id);
    if (!this.#head.senders.has(event.sender)) this.#faults.add("sender_unlisted", where, id);
    if (carriedMedia(event, this.#head.source).some((uri) => !this.#accounted.has(uri)))
      this.#faults.add("media_unlisted", where, id);
    if (event.unsigned) this.#redaction(event, where);
    else this.#author(event, where);
    this.#relation(event);
    this.#count(event.type);
    this.#index++;
  }

  #author(event: BundleEvent, where: string): void {
    if (!isImported(event, this.#head.source)) return;
    const named = stringMember(member(event.content, IMPORTED_SENDER), "user_id");
    if (named !== event[IMPORTED_SENDER]?.user_id) this.#faults.add("author_inconsistent", where, event.event_id);
  }

  #redaction(event: BundleEvent, where: string): void {
    const because = redactedBecause(event);
    if (!because) return;
    this.#redacted++;
    const target = redactionTarget(because);
    if (because.type !== "m.room.redaction" || (target !== undefined && target !== event.event_id))
      this.#faults.add("redaction_inconsistent", where, event.event_id);
  }

  /** Where a relation leads is what somebody wrote: a room may hold relations to what is nowhere. */
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
