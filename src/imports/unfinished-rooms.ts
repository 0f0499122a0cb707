import { HomeserverError, type RoomWriter } from "../ports/homeserver/homeserver.ts";
import { importId, type ImportJournal, type JournalOf } from "../ports/import-journal.ts";
import type { Job } from "../ports/job-store.ts";
import { leaveForGood } from "../requests/make-once.ts";
import { findRooms } from "./replay/make-room.ts";
import { readImportParams } from "./import-params.ts";
import { readSpaceImportParams } from "./space/space-import-params.ts";

/**
 * Leaves and forgets the rooms of an import that has ended unfinished, and will not be resumed. The importing user is invited last, so that
 * nobody has seen them; a room that they were invited into is whole, and stays. Safe to repeat.
 * @throws HomeserverError
 */
export async function leaveUnfinishedRooms(writer: RoomWriter, job: Job, journalOf: JournalOf): Promise<void> {
  if (!(job.state === "cancelled" || job.state === "failed")) return;
  if (job.kind === "import") {
    const rooms = job.room_id === null ? await madeRooms(writer, job.id, journalOf(job)) : [job.room_id];
    await leaveUnseen(writer, rooms, readImportParams(job).importingUser);
  } else if (job.kind === "space_import") {
    const { importing_user, rooms } = readSpaceImportParams(job);
    for (const part of rooms.keys()) {
      const journal = journalOf(job, part);
      const known = await journal.room();
      const made = known === undefined ? await madeRooms(writer, importId(job.id, part), journal) : [known];
      await leaveUnseen(writer, made, importing_user);
    }
  }
}

async function leaveUnseen(writer: RoomWriter, rooms: readonly string[], userId: string): Promise<void> {
  for (const roomId of rooms) if (!(await hasSeen(writer, roomId, userId))) await leaveForGood(writer, roomId);
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

async function madeRooms(writer: RoomWriter, id: string, journal: ImportJournal): Promise<string[]> {
  return (await journal.roomBegun()) ? await findRooms(writer, id) : [];
}
