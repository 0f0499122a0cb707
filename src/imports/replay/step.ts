import type { Bundle } from "../../bundle/open-bundle.ts";
import type { OriginalEvent } from "../../bundle/original.ts";
import type { BundleEvent, ImportedSender } from "../../bundle/manifest/manifest.ts";
import type { Profiles } from "../../bundle/profiles.ts";
import { redactedBecause } from "../../matrix/event.ts";
import type { MediaTarget, RoomWriter } from "../../ports/homeserver/homeserver.ts";
import type { JournalEntry } from "../../ports/import-journal.ts";
import type { Provenance } from "../plan/origin.ts";
import type { EncryptedFiles } from "../encrypted/encrypted-files.ts";
import { planEvent, timeOf, type OtherRooms, type Planning } from "../plan/plan.ts";
import { lateRedaction, targetBlock } from "../plan/plan-redaction.ts";
import { References } from "../plan/references.ts";
import type { Plan } from "./attempt.ts";
import { readContentFile } from "./files/content-file.ts";
import type { KnownEvents } from "./pending-entries.ts";
import { sendPlan, type Sent } from "./send.ts";
import type { DatesKept } from "./dates-kept.ts";
import type { Survey } from "./survey.ts";
import type { EventJournal } from "./trailing-journal.ts";
import { sentEarlier, type AlreadySent } from "./unfinished.ts";
import type { Uploads } from "./files/uploads.ts";

/** One event of the bundle, as far as it is known before its files are. */
export interface StepInput {
  /** its place in the bundle, from 0 */
  position: number;
  event: BundleEvent;
  original: OriginalEvent;
  writtenBy: ImportedSender;
  label: Planning["label"];
  /** of the people in the room that the event is of */
  profiles: Profiles;
  /** it says what the room before said, and is not to show once more */
  repeats: boolean;
}

/** What all steps of a replay share. */
export interface StepParts {
  jobId: string;
  bundle: Bundle;
  roomId: string;
  writer: RoomWriter;
  media: MediaTarget;
  journal: EventJournal;
  uploads: Uploads;
  survey: Survey;
  stateDates: DatesKept;
  messageDates: DatesKept;
  /** takes files where the room is encrypted */
  encryptedFiles?: EncryptedFiles | undefined;
  /** rooms that the same import makes */
  others?: OtherRooms | undefined;
}

/** How to send one event. */
export interface PlannedStep {
  original: OriginalEvent;
  provenance: Provenance;
  plan: Plan;
}

/** Steps of a replay, one event each: planned, sent, and put into the journal. */
export class Steps {
  readonly #parts: StepParts;

  constructor(parts: StepParts) {
    this.#parts = parts;
  }

  /** Uploads the event's files, and sends nothing. @param journal what became of the events before it */
  async plan(input: StepInput, journal: KnownEvents = this.#parts.journal): Promise<PlannedStep> {
    const { bundle, uploads, survey, roomId, others, encryptedFiles } = this.#parts;
    const { event, label, repeats } = input;
    const original = await readContentFile(bundle, input.original);
    const references = await References.of(event, original, journal, uploads);
    const author = await this.#uploaded(input.writtenBy);
    const { files } = references;
    const ts = await timeOf(original, references, survey);
    const provenance = { original, author, ts, files, encrypted: encryptedFiles !== undefined };
    const hasReaction = (target: string, key: string): Promise<boolean> => journal.hasReaction(target, key);
    const plan = await planEvent({
      event,
      original,
      provenance,
      references,
      survey,
      roomId,
      label,
      repeats,
      others,
      hasReaction,
    });
    return { original, provenance, plan };
  }

  /** Sends one event, and its redaction where that does not follow in the bundle. @param unfinished what an earlier run has sent */
  async take(input: StepInput, unfinished: AlreadySent | undefined): Promise<void> {
    const { position } = input;
    const planned = await this.plan(input);
    const { original, plan } = planned;
    const earlier = unfinished && sentEarlier(unfinished, original.eventId, this.#txnId(position), plan);
    const sent = earlier ?? (await this.#send(plan, position, ""));
    const entry = entryOf(position, planned, sent);
    if (entry.redacted) {
      entry.redacted.done = unfinished?.redacted.has(original.eventId) ?? false;
      if (!entry.redacted.done && entry.newId !== null && this.redactsNow(input)) await this.#redactNow(entry, input);
    }
    await this.#parts.journal.record(entry);
  }

  /**
   * Takes back what the room held before this import and the bundle holds redacted, where that redaction does not follow in the bundle.
   * @param unfinished what an earlier run has sent
   */
  async redactKnown(input: StepInput, unfinished: AlreadySent | undefined): Promise<void> {
    const { original, position } = input;
    const { journal } = this.#parts;
    const entry = await journal.find(original.eventId);
    if (!original.redaction || !entry?.newId || !entry.redacted || entry.redacted.done || !this.redactsNow(input))
      return;
    const { eventId: id, sender, type } = original.redaction;
    // what an earlier run has sent shows in the event, not under which id
    if (unfinished?.redacted.has(original.eventId) !== true) await this.#redactNow(entry, input);
    const ids = { sourceId: id, bundleId: id, sender, type, newId: entry.newId };
    await journal.record({ position, ...ids, redacts: original.eventId, ledger: entry.ledger });
  }

  /** Is this an event that was redacted, by a redaction that does not follow in the bundle? */
  redactsNow({ position, original }: StepInput): boolean {
    if (!original.redaction) return false;
    const at = this.#parts.survey.redactionAt(original.redaction.eventId);
    return at === undefined || at <= position;
  }

  async #redactNow(entry: JournalEntry, { event, original, position, profiles }: StepInput): Promise<void> {
    const { survey, journal, uploads } = this.#parts;
    const { redaction } = original;
    if (!redaction || !entry.redacted) return;
    const at = survey.redactionAt(redaction.eventId);
    const inBundle = at !== undefined || survey.isRedactedRedaction(redaction.eventId);
    const author = await this.#uploaded(profiles.authorOf(redaction));
    const references = await References.of(redactedBecause(event) ?? event, redaction, journal, uploads);
    const provenance = { original: redaction, author, ts: redaction.ts, files: references.files };
    const { newId, ledger } = await this.#send(
      lateRedaction(entry, provenance, references, inBundle),
      position,
      ".redaction",
    );
    entry.ledger.push(...ledger.map((line) => ({ ...line, event_id: entry.bundleId })));
    entry.redacted.done = newId !== null;
  }

  async #send(plan: Plan, position: number, suffix: string): Promise<Sent> {
    const { jobId: _job, ...to } = this.#parts;
    return sendPlan(plan, { ...to, txnId: this.#txnId(position) + suffix });
  }

  #txnId(position: number): string {
    return `${this.#parts.jobId}.${String(position)}`;
  }

  async #uploaded(author: ImportedSender): Promise<ImportedSender> {
    const avatar = author.avatar === null ? null : ((await this.#parts.uploads.newUri(author.avatar)) ?? null);
    return { ...author, avatar };
  }
}

/** For the journal; of an event that was redacted, its redaction is still to come. */
export function entryOf(
  position: number,
  { original, provenance, plan }: PlannedStep,
  { newId, ledger }: Sent,
): JournalEntry {
  const lines = ledger.map((line) => ({ ...line, event_id: original.bundleId }));
  const entry: JournalEntry = { position, ...idsOf(original), newId, ledger: lines };
  if (plan.reaction) entry.reaction = plan.reaction;
  if (plan.redacts !== undefined) entry.redacts = plan.redacts;
  if (original.redaction)
    entry.redacted = { by: original.redaction.eventId, done: false, target: targetBlock(provenance) };
  return entry;
}

export function idsOf(original: OriginalEvent): Pick<JournalEntry, "sourceId" | "bundleId" | "sender" | "type"> {
  return { sourceId: original.eventId, bundleId: original.bundleId, sender: original.sender, type: original.type };
}
