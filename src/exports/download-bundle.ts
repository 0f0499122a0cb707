import type { Readable } from "node:stream";
import { stringMember } from "../matrix/json.ts";
import { refusalsOfRoom } from "../policy/refusals.ts";
import type { BundleStore } from "../ports/bundle-store.ts";
import type { Job } from "../ports/job-store.ts";
import { RequestError } from "../requests/failures/failure.ts";
import type { RunOperation } from "../requests/operation.ts";
import { refuse } from "../requests/failures/refuse.ts";
import type { Caller, Requester } from "../requests/requester.ts";
import type { JobAccess } from "../jobs/job-access.ts";
import type { ExportRules } from "./exportable.ts";

/**
 * The bundle that an export job has made. A call without `range` (bytes, both included) begins to hand it out, and is recorded; those
 * with one go on with that.
 * @throws RequestError forbidden, not_found, invalid where the room has become incognito, gone
 */
export type DownloadBundle = (
  id: string,
  requester: Requester,
  range?: { start: number; end: number },
) => Promise<{ body: Readable; size: number; fileName: string }>;

export interface DownloadBundleParts {
  operate: RunOperation;
  jobAccess: Pick<JobAccess, "find">;
  bundles: Pick<BundleStore, "open">;
  rules: Pick<ExportRules, "policies" | "access" | "serverName">;
}

export function downloadBundle({ operate, jobAccess, bundles, rules }: DownloadBundleParts): DownloadBundle {
  return (id, requester, range) =>
    operate({ action: "bundle_download", job_id: id }, requester, async ({ caller, record }) => {
      const job = await jobAccess.find(id, caller);
      if (job.kind === "import" || job.state !== "succeeded" || !(await isStillTheirs(job, caller, rules)))
        throw new RequestError("not_found", "M_NOT_FOUND", "This job has no bundle to give");
      const kept = await bundles.open(id, range);
      if (!kept)
        throw new RequestError(
          "gone",
          "M_NOT_FOUND",
          "The bundle of this job is not kept any more: export the room again",
        );
      try {
        if (!range) await record({ outcome: "done", room_id: job.room_id });
      } catch (error) {
        kept.body.destroy();
        throw error;
      }
      return { ...kept, fileName: stringMember(job.report, "file_name") ?? `${id}.zip` };
    });
}

/**
 * May they still have what an export has kept of a room? Not where they have lost its role since.
 * @throws RequestError invalid where the room has become incognito, gone where it was closed; HomeserverError, StoreAway
 */
async function isStillTheirs(
  { room_id: roomId }: Pick<Job, "room_id">,
  caller: Caller,
  { policies, access, serverName }: DownloadBundleParts["rules"],
): Promise<boolean> {
  // an export of all rooms is of none
  if (roomId === null) return true;
  const room = await policies.get(roomId);
  if (room && (room.closing_at !== null || room.closed_at !== null))
    throw new RequestError("gone", "M_NOT_FOUND", "This room was closed: bundles of it are not given out any more");
  refuse(refusalsOfRoom([], serverName, room?.policy));
  return !(await access.hides(roomId, caller));
}
