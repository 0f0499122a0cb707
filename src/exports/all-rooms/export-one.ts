import { findState } from "../../matrix/event.ts";
import { refusalsOfRoom } from "../../policy/refusals.ts";
import { HomeserverError, type MediaSource, type RoomReader } from "../../ports/homeserver/homeserver.ts";
import { WHOLE_ROOM } from "../options.ts";
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
}

export interface ExportOneParts {
  exporter: RoomExporter;
  policies: Pick<PolicyStore, "get">;
  serverName: string;
  space: DiskSpace;
}

/**
 * Exports one room of many into the spool, if a bundle may hold it. What keeps this room alone from being exported is its outcome.
 * @throws HomeserverError, StorageError, StoreAway where it is no matter of this room, the signal's reason
 */
export async function exportOne(
  parts: ExportOneParts,
  roomId: string,
  source: RoomSource,
  spool: OutcomeSpool,
  signal: AbortSignal,
): Promise<RoomOutcome> {
  try {
    return await attempt(parts, roomId, source, spool, signal);
  } catch (error) {
    signal.throwIfAborted();
    const outcome = outcomeOf(roomId, error);
    if (!outcome) throw error;
    return outcome;
  }
}

async function attempt(
  { exporter, policies, serverName, space }: ExportOneParts,
  roomId: string,
  { reader, media, seesAll, visibleTo }: RoomSource,
  spool: OutcomeSpool,
  signal: AbortSignal,
): Promise<RoomOutcome> {
  const state = await reader.state(roomId, signal);
  // before anything of the conversation is read
  const refusals = refusalsOfRoom(state, serverName, (await policies.get(roomId))?.policy);
  if (visibleTo !== undefined && !findState(state, "m.room.member", visibleTo))
    return { kind: "other", room_id: roomId };
  refuse(refusals);
  const what = { roomId, reader, media, seesAll, visibleTo, exportedBy: visibleTo ?? reader.userId };
  const bundle = await exporter.collect({ ...what, options: WHOLE_ROOM, resumeIn: spool.readingOf(roomId) }, signal);
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
    };
  } finally {
    await bundle.dispose();
  }
}

/** What an error says about one room; undefined where it says nothing about that. */
function outcomeOf(roomId: string, error: unknown): RoomOutcome | undefined {
  if (error instanceof RequestError && error.reasons.length > 0) {
    const { reasons } = error;
    const incognito = reasons.some(({ code }) => code === "scope_incognito");
    return incognito ? { kind: "incognito", room_id: roomId } : { kind: "refused", room_id: roomId, reasons };
  }
  // where the service is not known any more, no room is
  if (!(error instanceof HomeserverError) || error.mayPass || error.status === 401) return undefined;
  return { kind: "failed", room_id: roomId, errcode: error.errcode };
}
