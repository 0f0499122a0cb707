import type { Bundle } from "../../bundle/open-bundle.ts";
import { earlierSeam } from "../../bundle/joined/seam.ts";
import { isScaffolding, isServiceNotice, type OriginalEvent } from "../../bundle/original.ts";
import type { BundleEvent, LedgerEntry, ManifestHead } from "../../bundle/manifest/manifest.ts";
import type { JsonObject } from "../../matrix/json.ts";
import type { MediaTarget, RoomWriter } from "../../ports/homeserver/homeserver.ts";
import type { ImportJournal, JournalEntry } from "../../ports/import-journal.ts";
import type { OtherRooms } from "../plan/plan.ts";
import { Introductions } from "../plan/labels/introductions.ts";
import type { LabelStyle } from "../plan/labels/label.ts";
import { filesOf } from "../plan/references.ts";
import type { EncryptedFiles } from "../encrypted/encrypted-files.ts";
import { Seams } from "../one-room/seams.ts";
import { ShownState } from "../one-room/shown-state.ts";
import { DatesKept } from "./dates-kept.ts";
import { FilesAhead } from "./files/files-ahead.ts";
import { idsOf, Steps, type StepInput, type StepParts } from "./step.ts";
import { Stretch } from "./stretch.ts";
import { Survey } from "./survey.ts";
import { TrailingJournal } from "./trailing-journal.ts";
import { told, type RoomBefore } from "./told.ts";
import { findAlreadySent } from "./unfinished.ts";
import type { Uploads } from "./files/uploads.ts";

/** So many events before its own a file may be uploaded, and on the lane of batches those of one batch more: some seconds of an import. */
const EVENTS_AHEAD = 100;

export interface ReplayInput {
  jobId: string;
  bundle: Bundle;
  /** the room before this import, where it holds a part of the conversation already */
  before?: RoomBefore | undefined;
  roomId: string;
  labelStyle: LabelStyle;
  /** the user of this homeserver that an author is; absent: nobody is looked for */
  localOf?: ((userId: string) => Promise<string | undefined>) | undefined;
  writer: RoomWriter;
  media: MediaTarget;
  journal: ImportJournal;
  /** takes files where the room is encrypted */
  encryptedFiles?: EncryptedFiles | undefined;
  /** told before the first event which users of this homeserver are among the authors */
  onAuthors?: ((userIds: ReadonlySet<string>) => void) | undefined;
  /** rooms that the same import makes */
  others?: OtherRooms | undefined;
  /** called after each event with the number of events done */
  onEvent: (done: number) => void;
  signal: AbortSignal;
}

/**
 * Sends the events of a bundle into a room in their order: many at once where the homeserver has a way for that, else strictly one by one
 * (homeservers reorder parallel sends). It goes on where the journal says that an earlier run stood. Gives what the notice of an earlier import says that the room lacks, and which users of this homeserver are among the authors.
 */
export async function replay(
  input: ReplayInput,
  uploads: Uploads,
): Promise<{ earlierSlice: JsonObject | undefined; localAuthors: ReadonlySet<string> }> {
  const { bundle, before, signal } = input;
  const { head } = bundle;
  const journal = new TrailingJournal(input.journal);
  const lane = await input.writer.batchLane();
  const files = new FilesAhead(uploads, EVENTS_AHEAD + (lane?.maxEvents ?? 0));
  const survey = await Survey.of(
    told(bundle, before),
    // which files are encrypted shows when their event is planned
    head.media.size === 0 || input.encryptedFiles
      ? undefined
      : (position, event, original, { avatar }) => {
          files.note(position, filesOf(event, original, uploads));
          if (avatar !== null) files.note(position, [avatar]);
        },
  );
  if (input.localOf) await survey.names.findLocals(input.localOf);
  input.onAuthors?.(survey.names.locals);
  const shown = new ShownState();
  const introductions = new Introductions(input.labelStyle);
  const done = Math.max(0, await input.journal.position());
  const left =
    done > 0 || (await input.journal.room()) !== undefined
      ? await findAlreadySent(input.writer, input.roomId, lane?.maxEvents, before !== undefined)
      : undefined;
  const datesKept = (): DatesKept => new DatesKept(input.writer, input.roomId);
  // apart: palpo gives messages their time, and state none
  const parts: StepParts = {
    ...input,
    journal,
    uploads,
    survey,
    stateDates: datesKept(),
    messageDates: datesKept(),
  };
  const steps = new Steps(parts);
  const seams = new Seams(input, left?.seams);
  const stretch = lane && new Stretch(lane, steps, parts);
  /** True: all that came before is in the room, too. */
  const take = async (step: StepInput, why: LedgerEntry | undefined): Promise<boolean> => {
    if (stretch && why) return await stretch.leaveOut(leftOut(step, why));
    if (stretch && left?.byOrigin.has(step.original.eventId) !== true) return await stretch.take(step);
    await stretch?.flush();
    if (why) await journal.record(leftOut(step, why));
    else await steps.take(step, left);
    return true;
  };
  let count = 0;
  try {
    for await (const { position, event, original, room, standing } of told(bundle, before)) {
      signal.throwIfAborted();
      count = position + 1;
      const { head, profiles } = room;
      if (standing !== "known") profiles.observe(original);
      const repeats = shown.repeats(original, room.index);
      const writtenBy = profiles.authorOf(original);
      // what was introduced is known by now
      const label = standing === "known" ? "short" : introductions.labelFor(original);
      if (standing === "here") uploads.know(event, original);
      if (standing === "here" || position < done) continue;
      files.reached(position);
      const step = { position, event, original, writtenBy, label, profiles, repeats };
      const earlier = standing === "new" ? earlierSeam(event, head) : undefined;
      if (earlier || (room.begins && room.index > 0)) await stretch?.flush();
      if (room.begins) await seams.before(room.index);
      if (earlier) await journal.record(await seams.again(earlier, step));
      else if (standing === "known") {
        if (original.redaction) {
          await stretch?.flush();
          await steps.redactKnown(step, left);
        }
        if (!stretch || stretch.isEmpty) input.onEvent(position + 1);
      } else if (await take(step, leftOutFor(event, original, head))) input.onEvent(position + 1);
    }
    await stretch?.flush();
    input.onEvent(count);
  } finally {
    await files.stop();
    await journal.stored();
  }
  return { earlierSlice: survey.earlierSlice, localAuthors: survey.names.locals };
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

/** Why an event is not sent; undefined: it is. */
function leftOutFor(event: BundleEvent, original: OriginalEvent, head: ManifestHead): LedgerEntry | undefined {
  if (isScaffolding(event, head)) return SCAFFOLDING;
  if (isServiceNotice(event, head)) return SLICE_NOTICE;
  return original.repeated ? REPEATED : undefined;
}

function leftOut({ event, original, position }: StepInput, why: LedgerEntry): JournalEntry {
  const entry = { ...why, event_id: event.event_id };
  // its own id only: the redaction that it repeats is another event
  const ids = { ...idsOf(original), sourceId: event.event_id };
  return { position, ...ids, newId: null, ledger: [entry] };
}
