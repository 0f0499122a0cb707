import { hasBundle } from "./has-bundle.ts";
import type { JobAccess } from "../../jobs/job-access.ts";
import type { Job } from "../../ports/job-store.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import type { Caller } from "../../requests/requester.ts";
import type { RoomAccess } from "../../rooms/room-access.ts";
import { requireGivable, roomsOf, type GivingOutParts } from "./still-theirs.ts";

export interface FinishedExportParts {
  jobAccess: Pick<JobAccess, "find">;
  access: Pick<RoomAccess, "hides">;
  givingOut: GivingOutParts;
}

/**
 * An export that has succeeded, and whose bundle may still be given to the caller.
 * @throws RequestError not_found, invalid where a room has become incognito, gone where one was closed; HomeserverError, StoreAway
 */
export async function finishedExport(
  id: string,
  caller: Caller,
  { jobAccess, access, givingOut }: FinishedExportParts,
): Promise<Job> {
  const job = await jobAccess.find(id, caller);
  // they may have lost the role by which they knew of a room
  if (!hasBundle(job) || (await isHidden(job, caller, access, givingOut)))
    throw new RequestError("not_found", "M_NOT_FOUND", "This job has no bundle to give");
  await requireGivable(job, givingOut);
  return job;
}

async function isHidden(
  job: Job,
  caller: Caller,
  access: FinishedExportParts["access"],
  { records }: GivingOutParts,
): Promise<boolean> {
  if (caller.admin) return false;
  for (const roomId of await roomsOf(job, records)) if (await access.hides(roomId, caller)) return true;
  return false;
}

export function notKept(): RequestError {
  return new RequestError("gone", "M_NOT_FOUND", "The bundle of this job is not kept any more: export the room again");
}
