import { HomeserverError, type RoomWriter } from "../ports/homeserver/homeserver.ts";
import type { ImportJournal } from "../ports/import-journal.ts";
import type { Job } from "../ports/job-store.ts";
import { leaveForGood } from "../requests/make-once.ts";
import { findRooms } from "./replay/make-room.ts";
import { readImportParams } from "./import-params.ts";

/**
 * Leaves and forgets the room of an import that has ended unfinished, and will not be resumed. The importing user is invited last, so that
 * nobody has seen it; a room that they were invited into is whole, and stays. Safe to repeat.
 * @throws HomeserverError
 */
export async function leaveUnfinishedRoom(writer: RoomWriter, job: Job, journal: ImportJournal): Promise<void> {
  if (job.kind !== "import" || !(job.state === "cancelled" || job.state === "failed")) return;
  const rooms = job.room_id === null ? await madeRooms(writer, job, journal) : [job.room_id];
  for (const roomId of rooms) {
    if (!(await hasSeen(writer, roomId, readImportParams(job).importingUser))) await leaveForGood(writer, roomId);
  }
}

/** Has the user been invited into the room? No, where the service user has left it already. */
async function hasSeen(writer: RoomWriter, roomId: string, userId: string): Promise<boolean> {
  try {
    return (await writer.stateEvent(roomId, "m.room.member", userId)) !== undefined;
  } catch (error) {
    if (error instanceof HomeserverError && error.isForbidden) return false;
    throw error;
  }
}

async function madeRooms(writer: RoomWriter, { id }: Job, journal: ImportJournal): Promise<string[]> {
  return (await journal.roomBegun()) ? await findRooms(writer, id) : [];
}
