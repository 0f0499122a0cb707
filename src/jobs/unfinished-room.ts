import type { RoomWriter } from "../ports/homeserver.ts";
import type { Job } from "../ports/job-store.ts";
import { readImportParams } from "./job-params.ts";

/**
 * Leaves the room of an import that was cancelled or has failed. The importing user is invited last, so that nobody has seen it; a
 * room that they were invited into is whole, and stays.
 */
export async function leaveUnfinishedRoom(writer: RoomWriter, job: Job): Promise<void> {
  if (job.kind !== "import" || job.room_id === null || !(job.state === "cancelled" || job.state === "failed")) return;
  const invited = await writer.stateEvent(job.room_id, "m.room.member", readImportParams(job).importingUser);
  if (!invited) await writer.leave(job.room_id);
}
