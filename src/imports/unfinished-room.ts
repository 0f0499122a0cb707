import { HomeserverError, type RoomWriter } from "../ports/homeserver/homeserver.ts";
import type { ImportJournal } from "../ports/import-journal.ts";
import type { Job } from "../ports/job-store.ts";
import { findRoom } from "./replay/make-room.ts";
import { readImportParams } from "./params.ts";

/**
 * Leaves the room of an import that has ended unfinished, and will not be resumed. The importing user is invited last, so that
 * nobody has seen it; a room that they were invited into is whole, and stays. Safe to repeat.
 * @throws HomeserverError
 */
export async function leaveUnfinishedRoom(writer: RoomWriter, job: Job, journal: ImportJournal): Promise<void> {
  if (job.kind !== "import" || !(job.state === "cancelled" || job.state === "failed")) return;
  const roomId = job.room_id ?? ((await journal.roomBegun()) ? await findRoom(writer, job.id) : undefined);
  if (roomId === undefined) return;
  try {
    const invited = await writer.stateEvent(roomId, "m.room.member", readImportParams(job).importingUser);
    if (!invited) await writer.leave(roomId);
  } catch (error) {
    // it is not in the room any more
    if (!(error instanceof HomeserverError && error.status === 403)) throw error;
  }
}
