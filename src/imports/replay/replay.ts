import type { Bundle } from "../../bundle/open-bundle.ts";
import { isScaffolding, isSliceNotice, originalOf, type OriginalEvent } from "../../bundle/original.ts";
import type { BundleEvent, ImportedSender, LedgerEntry } from "../../bundle/manifest/manifest.ts";
import { redactedBecause } from "../../matrix/event.ts";
import type { JsonObject } from "../../matrix/json.ts";
import type { MediaTarget, RoomWriter } from "../../ports/homeserver/homeserver.ts";
import type { ImportJournal, JournalEntry } from "../../ports/import-journal.ts";
import { readContentFile } from "./content-file.ts";
import { Introductions } from "../plan/labels/introductions.ts";
import type { LabelStyle } from "../plan/labels/label.ts";
import { planEvent, timeOf, type Planning } from "../plan/plan.ts";
import { lateRedaction, targetBlock } from "../plan/plan-redaction.ts";
import { Profiles } from "../../bundle/profiles.ts";
import { References } from "../plan/references.ts";
import { sendPlan, type Sent } from "./send.ts";
import { StateDates } from "./state-dates.ts";
import { Survey } from "./survey.ts";
import { TrailingJournal, type EventJournal } from "./trailing-journal.ts";
import { sentBefore, findAlreadySent, type AlreadySent } from "./unfinished.ts";
import type { Uploads } from "./uploads.ts";

export interface ReplayInput {
  jobId: string;
  bundle: Bundle;
  roomId: string;
  labelStyle: LabelStyle;
  writer: RoomWriter;
  media: MediaTarget;
  journal: ImportJournal;
  /** called after each event with the number of events done */
  onEvent: (done: number) => void;
  signal: AbortSignal;
}

/**
 * Sends the events of a bundle into a room, strictly one by one in their order (homeservers reorder parallel sends), and goes on
 * where the journal says that an earlier run stood. Gives what the notice of an earlier import says that the room lacks.
 */
export async function replay(input: ReplayInput, uploads: Uploads): Promise<{ earlierSlice: JsonObject | undefined }> {
  const { bundle, signal } = input;
  const { head } = bundle;
  const journal = new TrailingJournal(input.journal);
  const survey = await Survey.of(head, bundle.events());
  const profiles = new Profiles(head.senders);
  const introductions = new Introductions(input.labelStyle);
  const done = await input.journal.position();
  const left =
    done > 0 || (await input.journal.room()) !== undefined
      ? await findAlreadySent(input.writer, input.roomId)
      : undefined;
  const stateDates = new StateDates(input.writer, input.roomId);
  const steps: StepParts = { ...input, journal, uploads, survey, profiles, stateDates };
  let position = 0;
  try {
    for await (const event of bundle.events()) {
      signal.throwIfAborted();
      const original = originalOf(event, head.source);
      profiles.observe(original);
      const author = profiles.authorOf(original);
      const label = introductions.labelFor(original);
      if (position >= done) {
        if (isScaffolding(event, head)) await journal.record(leftOut(event, original, position, SCAFFOLDING));
        else if (isSliceNotice(event, head)) await journal.record(leftOut(event, original, position, SLICE_NOTICE));
        else if (original.repeated) await journal.record(leftOut(event, original, position, REPEATED));
        else await new Step(steps, position).take(event, original, author, label, left);
        input.onEvent(position + 1);
      }
      position += 1;
    }
  } finally {
    await journal.stored();
  }
  return { earlierSlice: survey.earlierSlice };
}

const SCAFFOLDING = {
  code: "import_scaffolding",
  message: "State that an earlier import made for its own room; it is not part of the conversation.",
};
const SLICE_NOTICE = {
  code: "slice_notice",
  message: "The notice of an earlier import that its room holds a part; the notice of this import says the same.",
};
const REPEATED = {
  code: "redaction_repeated",
  message: "A redaction that an earlier import had to send once more; it is sent with the event that it takes back.",
};

function leftOut(event: BundleEvent, original: OriginalEvent, position: number, why: LedgerEntry): JournalEntry {
  const entry = { ...why, event_id: event.event_id };
  // its own id only: the redaction that it repeats is another event
  const ids = { ...idsOf(original), sourceId: event.event_id };
  return { position, ...ids, newId: null, ledger: [entry] };
}

function idsOf(original: OriginalEvent): Pick<JournalEntry, "sourceId" | "bundleId" | "sender" | "type"> {
  return { sourceId: original.eventId, bundleId: original.bundleId, sender: original.sender, type: original.type };
}

/** What all steps of a replay share. */
type StepParts = Omit<ReplayInput, "journal"> & {
  journal: EventJournal;
  uploads: Uploads;
  survey: Survey;
  profiles: Profiles;
  stateDates: StateDates;
};

/** One event of the bundle: planned, sent, and put into the journal. */
class Step {
  readonly #parts: StepParts;
  readonly #position: number;

  constructor(parts: StepParts, position: number) {
    this.#parts = parts;
    this.#position = position;
  }

  async take(
    event: BundleEvent,
    bundled: OriginalEvent,
    writtenBy: ImportedSender,
    label: Planning["label"],
    unfinished: AlreadySent | undefined,
  ): Promise<void> {
    const { journal, bundle, uploads, survey, roomId } = this.#parts;
    const original = await readContentFile(bundle, bundled);
    const references = await References.of(event, original, journal, uploads);
    const author = await this.#uploaded(writtenBy);
    const { files } = references;
    const provenance = { original, author, ts: await timeOf(original, references, survey), files };
    const hasReaction = (target: string, key: string): Promise<boolean> => journal.hasReaction(target, key);
    const planning: Planning = { event, original, provenance, references, survey, roomId, label, hasReaction };
    const plan = await planEvent(planning);
    const adopted = unfinished?.byOrigin.get(original.eventId);
    const sent: Sent = adopted === undefined ? await this.#send(plan, "") : sentBefore(plan, adopted);
    const entry: JournalEntry = {
      position: this.#position,
      ...idsOf(original),
      newId: sent.newId,
      ledger: sent.ledger.map((line) => ({ ...line, event_id: original.bundleId })),
    };
    if (plan.reaction) entry.reaction = plan.reaction;
    if (plan.redacts !== undefined) entry.redacts = plan.redacts;
    if (original.redaction) {
      const target = targetBlock(provenance);
      entry.redacted = {
        by: original.redaction.eventId,
        done: unfinished?.redacted.has(original.eventId) ?? false,
        target,
      };
      if (!entry.redacted.done) await this.#redactNow(entry, event, original.redaction);
    }
    await journal.record(entry);
  }

  async #redactNow(entry: JournalEntry, event: BundleEvent, redaction: OriginalEvent): Promise<void> {
    const { survey, profiles, journal, uploads } = this.#parts;
    const at = survey.redactionAt(redaction.eventId);
    const inBundle = at !== undefined || survey.isRedactedRedaction(redaction.eventId);
    if (!entry.redacted || entry.newId === null || (at !== undefined && at > this.#position)) return;
    const author = await this.#uploaded(profiles.authorOf(redaction));
    const references = await References.of(redactedBecause(event) ?? event, redaction, journal, uploads);
    const provenance = { original: redaction, author, ts: redaction.ts, files: references.files };
    const { newId, ledger } = await this.#send(lateRedaction(entry, provenance, references, inBundle), ".redaction");
    entry.ledger.push(...ledger.map((line) => ({ ...line, event_id: entry.bundleId })));
    entry.redacted.done = newId !== null;
  }

  async #send(plan: Parameters<typeof sendPlan>[0], suffix: string): Promise<Sent> {
    const { writer, media, stateDates, roomId, jobId } = this.#parts;
    return sendPlan(plan, { writer, media, stateDates, roomId, txnId: `${jobId}.${this.#position}${suffix}` });
  }

  async #uploaded(author: ImportedSender): Promise<ImportedSender> {
    const avatar = author.avatar === null ? null : ((await this.#parts.uploads.newUri(author.avatar)) ?? null);
    return { ...author, avatar };
  }
}
