import { relationsOf } from "../../collections/relations.ts";
import { findState, parseClientEvent, type ClientEvent, type StateEvent } from "../../matrix/event.ts";
import { stringMember } from "../../matrix/json.ts";
import { POLICY } from "../../matrix/names.ts";
import { refusalsOfRoom } from "../../policy/refusals.ts";
import { isProbeRoom } from "../../policy/room-facts.ts";
import { HomeserverError, type MediaSource, type RoomReader } from "../../ports/homeserver/homeserver.ts";
import type { BundleRecords } from "../../ports/bundle-store.ts";
import { isOver, requireOpen, ROOM_CLOSED } from "../kept/still-theirs.ts";
import type { ExportOptions } from "../options.ts";
import type { PolicyStore } from "../../ports/policy-store.ts";
import type { DiskSpace } from "../../ports/disk-space.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import { refuse } from "../../requests/failures/refuse.ts";
import type { RoomExporter } from "../room-exporter.ts";
import { spoolFile } from "../../requests/storage/spool-file.ts";
import type { OutcomeSpool } from "./outcome-spool.ts";
import type { RoomOutcome } from "./room-outcome.ts";

export interface RoomSource {
  reader: RoomReader;
  media: MediaSource;
  /** the reader is a server administrator */
  seesAll: boolean;
  /** only what this user may see */
  visibleTo: string | undefined;
  /** must that user be in this room now? Otherwise to have been in it is enough */
  asMember: (roomId: string) => boolean;
  /** whom that user ignores */
  ignored?: readonly string[];
  /** newest event of this room that is exported */
  upTo?: { roomId: string; eventId: string };
  /** what of each room */
  options: ExportOptions;
}

export interface ExportOneParts {
  exporter: RoomExporter;
  policies: Pick<PolicyStore, "get">;
  records: Pick<BundleRecords, "addRoom" | "dropRoom">;
  serverName: string;
  space: DiskSpace;
}

/**
 * Exports one room of many into the spool, if a bundle may hold it. What keeps this room alone from being exported is its outcome.
 * @throws HomeserverError, StorageError, StoreAway where it is no matter of this room, the signal's reason
 */
export async function exportOne(
  parts: ExportOneParts,
  jobId: string,
  roomId: string,
  source: RoomSource,
  spool: OutcomeSpool,
  signal: AbortSignal,
): Promise<RoomOutcome> {
  // first: what is read of it is found when the room is closed meanwhile
  await parts.records.addRoom(jobId, roomId);
  const outcome = await attempt(parts, roomId, source, spool, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    const outcome = outcomeOf(roomId, error);
    if (!outcome) throw error;
    return outcome;
  });
  if (outcome.kind !== "exported") await parts.records.dropRoom(jobId, roomId);
  return outcome;
}

/**
 * What became of a room that was read before: it may have been closed or become incognito since.
 * @throws as exportOne
 */
export async function lookAgain(
  { policies, records, serverName }: ExportOneParts,
  jobId: string,
  read: Extract<RoomOutcome, { kind: "exported" }>,
  { reader }: RoomSource,
  signal: AbortSignal,
): Promise<RoomOutcome> {
  const { room_id: roomId } = read;
  // also what a version has read that did not note it
  await records.addRoom(jobId, roomId);
  try {
    const recorded = await policies.get(roomId);
    const policy = await visiblePolicy(reader, roomId);
    refuse(refusalsOfRoom(policy ? [policy] : [], serverName, recorded?.policy));
    requireOpen(recorded);
    return read;
  } catch (error) {
    signal.throwIfAborted();
    const outcome = outcomeOf(roomId, error);
    if (!outcome) throw error;
    await records.dropRoom(jobId, roomId);
    return outcome;
  }
}

/** undefined also where nobody here may see the room any more: it stays as it was read */
async function visiblePolicy(reader: RoomReader, roomId: string): Promise<StateEvent | undefined> {
  try {
    return await reader.stateEvent(roomId, POLICY, "");
  } catch (error) {
    if (error instanceof HomeserverError && error.isAbsentOrForbidden) return undefined;
    throw error;
  }
}

/** Of a room that everybody of this homeserver has left, Synapse keeps no state: there its events tell. */
async function isOfProbe(
  state: readonly ClientEvent[],
  reader: RoomReader,
  roomId: string,
  signal: AbortSignal,
): Promise<boolean> {
  if (state.length > 0) return isProbeRoom(state, reader.userId);
  const { chunk } = await reader.messages(roomId, undefined, signal);
  const events = [...chunk].map(parseClientEvent).filter((event) => event !== undefined);
  return isProbeRoom(events, reader.userId);
}

async function attempt(
  { exporter, policies, serverName, space }: ExportOneParts,
  roomId: string,
  { reader, media, seesAll, visibleTo, asMember, ignored = [], upTo, options }: RoomSource,
  spool: OutcomeSpool,
  signal: AbortSignal,
): Promise<RoomOutcome> {
  const recorded = await policies.get(roomId);
  if (isOver(recorded)) {
    if (recorded?.policy.scope_kind !== "incognito") requireOpen(recorded);
    // nobody can tell any more whether that user was in it
    return { kind: visibleTo === undefined ? "incognito" : "other", room_id: roomId };
  }
  const state = await reader.state(roomId, signal);
  if (await isOfProbe(state, reader, roomId, signal)) return { kind: "other", room_id: roomId };
  // before anything of the conversation is read
  const refusals = refusalsOfRoom(state, serverName, recorded?.policy);
  const member = visibleTo === undefined ? undefined : findState(state, "m.room.member", visibleTo);
  const isTheirs = asMember(roomId) ? stringMember(member?.content, "membership") === "join" : member !== undefined;
  if (visibleTo !== undefined && !isTheirs) return { kind: "other", room_id: roomId };
  refuse(refusals);
  const newest = upTo?.roomId === roomId ? { upTo: upTo.eventId } : {};
  const what = { roomId, reader, media, seesAll, visibleTo, ignored, exportedBy: visibleTo ?? reader.userId };
  const bundle = await exporter.collect({ ...what, ...newest, options, resumeIn: spool.readingOf(roomId) }, signal);
  try {
    const file = spool.fileOf(roomId);
    const { sha256, size, manifestSha256 } = await bundle.writeTo(spoolFile(spool.path(file), space));
    const { room, counts, coverage } = bundle.head;
    return {
      kind: "exported",
      room_id: roomId,
      file,
      name: room.name,
      sha256,
      size,
      manifest_sha256: manifestSha256,
      events: counts.events,
      media_files: counts.media_files,
      complete: coverage.complete,
      ...relationsOf(state),
    };
  } finally {
    await bundle.dispose();
  }
}

/** What an error says about one room; undefined where it says nothing about that. */
function outcomeOf(roomId: string, error: unknown): RoomOutcome | undefined {
  if (error instanceof RequestError && error.errcode === ROOM_CLOSED)
    return { kind: "failed", room_id: roomId, errcode: ROOM_CLOSED };
  if (error instanceof RequestError && error.reasons.length > 0) {
    const { reasons } = error;
    const incognito = reasons.some(({ code }) => code === "scope_incognito");
    return incognito ? { kind: "incognito", room_id: roomId } : { kind: "refused", room_id: roomId, reasons };
  }
  // where the service is not known any more, or there are no files to be had, no room is exported
  if (!(error instanceof HomeserverError) || error.isUnknownEndpoint) return undefined;
  if (error.mayPass || error.status === 401) return undefined;
  return { kind: "failed", room_id: roomId, errcode: error.errcode };
}
