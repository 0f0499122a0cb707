import type { Writable } from "node:stream";
import { beyondBounds } from "../bundle/manifest/beyond-bounds.ts";
import type { ManifestHead } from "../bundle/manifest/manifest.ts";
import type { BundleSigner } from "../bundle/signature.ts";
import { writeBundle, type WrittenBundle } from "../bundle/write-bundle.ts";
import type { ClientEvent } from "../matrix/event.ts";
import type { Clock } from "../ports/clock.ts";
import type { DiskSpace } from "../ports/disk-space.ts";
import type { MediaSource, RoomReader } from "../ports/homeserver/homeserver.ts";
import type { Logger } from "../ports/logger.ts";
import { TIMER, type Timer } from "../ports/timer.ts";
import { Authors } from "./reading/authors.ts";
import { EarlierBundle } from "./reading/earlier-bundle.ts";
import { excludedSenders } from "./reading/excluded-senders.ts";
import { FileNotes } from "./reading/media/file-notes.ts";
import { manifestHead } from "./reading/manifest-head.ts";
import { MediaCollector } from "./reading/media/media-collector.ts";
import { mediaInventory } from "./reading/media/media-inventory.ts";
import { MemberProfiles } from "./reading/member-profiles.ts";
import { PageTimes } from "./reading/pages/page-times.ts";
import { beginReading } from "./reading/reading.ts";
import { mediaOf } from "./reading/media/referenced-media.ts";
import { referBeside } from "./reading/media/refer-beside.ts";
import { RoomSpool } from "./reading/room-spool.ts";
import { noSuchThread, Slice } from "./reading/slice.ts";
import { withoutRepeats } from "./reading/pages/timeline.ts";
import { TimelineCollector } from "./reading/timeline-collector.ts";
import { makeViewer } from "./reading/viewer.ts";
import { readerWith } from "../requests/reader-with.ts";
import { RequestError } from "../requests/failures/failure.ts";
import type { ExportOptions } from "./options.ts";

export interface ExportInput {
  roomId: string;
  /** the homeserver's own */
  serverName: string;
  /** user id of the service: what it says about authors in a room that it imported is believed */
  serviceUser: string;
  /** for the manifest */
  exportedBy: string;
  reader: RoomReader;
  media: MediaSource;
  /** the reader sees everything, whoever it is: a server administrator does */
  seesAll?: boolean | undefined;
  /** narrows what the reader sees to what this user may see */
  visibleTo?: string | undefined;
  /** whom that user ignores */
  ignored?: readonly string[];
  options: ExportOptions;
  /** id of the newest event that is exported; absent: all that there is */
  upTo?: string | undefined;
  /** the room's state where the reader was asked ahead (`askAhead`): as it was asked for first */
  stateAhead?: readonly ClientEvent[];
  /** folder for what is being collected */
  spoolDir: string;
  /** of its disk; what is read takes it by itself */
  space: DiskSpace;
  /** a folder of this export's own that outlives the process: an earlier run's work there is resumed */
  resumeIn?: string | undefined;
  onProgress: (progress: { done: number; total: number | null }) => void;
  signal: AbortSignal;
  clock: Clock;
  /** by which the homeserver's pages are timed */
  timer?: Pick<Timer, "monotonic">;
  logger: Logger;
  /** name and version of this program */
  generator: string;
}

/** A room, read: its files and events lie in the spool. */
export interface CollectedRoom {
  head: ManifestHead;
  /** an earlier run had begun to read it */
  resumed: boolean;
  /** Writes the bundle, signed where there is a signer, and ends `out`. */
  writeTo(out: Writable, signer?: BundleSigner): Promise<WrittenBundle>;
  /** Gives the spool's disk space back, but for what can be resumed; call it whatever happened. */
  dispose(): Promise<void>;
}

/**
 * Reads a room: its state, then its timeline backwards to the beginning with the files fetched side by side, and what there is
 * to say about it all. Memory does not grow with the number of events.
 * @throws HomeserverError where the homeserver refuses the room or stays away; RequestError where it does not fit into a bundle; the
 * signal's reason where it is aborted
 */
export async function collectRoom(input: ExportInput): Promise<CollectedRoom> {
  const { roomId, serverName, serviceUser, visibleTo, options, signal, logger } = input;
  const reader = watched(input);
  const { resumeIn, spoolDir } = input;
  const spool = resumeIn === undefined ? RoomSpool.temporary(spoolDir) : await RoomSpool.lasting(resumeIn);
  const { log, mediaFolder } = spool;
  const notes = log && (await FileNotes.open(log.files, mediaFolder));
  const media = new MediaCollector(input.media, mediaFolder, serverName, signal, notes);
  try {
    const { stateAhead } = input;
    if (stateAhead) wantFilesOf(stateAhead, input, media);
    const reading = await beginReading(reader, roomId, log?.timeline, stateAhead !== undefined, signal);
    const { state, resumed } = reading;
    if (state !== stateAhead) wantFilesOf(state, input, media);
    const ignored = [...reading.ignored, ...(input.ignored ?? [])];
    const excluded = excludedSenders(ignored, state, [reader.userId, visibleTo]);
    const profiles = new MemberProfiles(state);
    const authors = new Authors(state, { server_name: serverName, room_id: roomId }, serviceUser, profiles);
    const readerId = reader.userId;
    const slice = await Slice.of(options, reader, roomId, excluded, { serviceUser, upTo: input.upTo }, signal);
    const earlier = options.since_bundle && new EarlierBundle(options.since_bundle);
    const collector = new TimelineCollector({
      state,
      readerId,
      seesAll: input.seesAll ?? false,
      visibleTo,
      options,
      slice,
      upTo: input.upTo,
      earlier,
      authors,
      profiles,
      spool: spool.events,
      media,
    });

    let done = 0;
    for await (const page of withoutRepeats(reading.pages)) {
      signal.throwIfAborted();
      done += await collector.take(page);
      media.check();
      if (reading.live()) input.onProgress({ done, total: null });
    }
    if (!collector.hasBegun) throw askedForIsGone();
    const timeline = collector.collected();

    const { tally } = timeline;
    if (visibleTo !== undefined && options.thread !== undefined && !timeline.hasThreadRoot) throw noSuchThread();
    earlier?.requireFits(tally);
    const filesHeldEarlier = referBeside(tally, { state, authors, profiles });
    if (options.media) for (const uri of tally.media.keys()) media.want(uri);
    await media.settled();

    const inventory = mediaInventory(tally.media, options.media ? media : undefined);
    const { exportedBy, generator } = input;
    const exportedAt = input.clock.now();
    const about = { generator, exportedAt, exportedBy, roomId, serverName, state, excluded, serviceUser, options };
    const head = manifestHead({ ...about, timeline, inventory, filesHeldEarlier, authors, profiles });
    const tooMuch = beyondBounds(head);
    if (tooMuch !== undefined)
      throw new RequestError(
        "invalid",
        "M_TOO_LARGE",
        `This room has more ${tooMuch} than fit into one bundle: export a part of it, by dates or without files.`,
      );
    const events = (): AsyncIterable<Buffer> => spool.events.read(timeline.lines);
    const viewer = options.viewer ? await makeViewer(head, events, inventory.files, input.spoolDir, input) : undefined;
    if (viewer) head.viewer = { sha256: viewer.sha256, size: viewer.size };
    const { counts } = head;
    logger.info({ room_id: roomId, events: counts.events, files: counts.media_files }, "room collected");
    return {
      head,
      resumed,
      writeTo(out, signer) {
        const content = { head, events: events(), media: inventory.files, viewerFile: viewer?.file, signer };
        return writeBundle(out, content, signal);
      },
      async dispose() {
        await viewer?.remove();
        await media.close();
        await spool.close();
      },
    };
  } catch (error) {
    await media.close();
    await spool.close();
    throw error;
  }
}

/** Files of the state are in every bundle but one that goes on from another: they come while the timeline is read. */
function wantFilesOf(state: readonly ClientEvent[], input: ExportInput, media: MediaCollector): void {
  const { options, serverName, serviceUser, roomId } = input;
  if (!options.media || options.since_bundle) return;
  const source = { server_name: serverName, room_id: roomId };
  const authors = new Authors(state, source, serviceUser, new MemberProfiles(state));
  for (const event of state) for (const { uri } of mediaOf(event, authors)) media.want(uri);
}

/** The same reader; the log tells once where the homeserver is far too slow. */
function watched({ reader, roomId, logger, timer = TIMER }: ExportInput): RoomReader {
  const times = new PageTimes();
  return readerWith(reader, {
    async messages(id, from, signal) {
      const begun = timer.monotonic();
      const page = await reader.messages(id, from, signal);
      const each = times.add(page.chunk.length, timer.monotonic() - begun);
      if (each !== undefined)
        logger.warn({ room_id: roomId, ms_per_event: Math.round(each * 10) / 10 }, SLOW_HOMESERVER);
      return page;
    },
  });
}

const SLOW_HOMESERVER =
  "the homeserver is slow to read this room: if it is Synapse on SQLite, run ANALYZE on its database (docs/operating.md), or move it to PostgreSQL";

function askedForIsGone(): RequestError {
  const message = "The message that asked for this export is not in the room any more: ask for the export again.";
  return new RequestError("conflict", "M_NOT_FOUND", message);
}
