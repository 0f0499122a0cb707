import type { Readable } from "node:stream";
import { stringMember } from "../matrix/json.ts";
import type { BundleStore } from "../ports/bundle-store.ts";
import { RequestError } from "../requests/failures/failure.ts";
import type { RunOperation } from "../requests/operation.ts";
import type { Requester } from "../requests/requester.ts";
import type { JobAccess } from "../jobs/job-access.ts";
import type { RoomAccess } from "../rooms/room-access.ts";
import { requireGivable, type GivingOutParts } from "./kept/still-theirs.ts";

/**
 * The bundle that an export job has made. A call without `range` (bytes, both included) begins to hand it out, and is recorded; those
 * with one go on with that.
 * @throws RequestError forbidden, not_found, invalid where a room has become incognito, gone also where one was closed, homeserver_away
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
  access: Pick<RoomAccess, "hides">;
  givingOut: GivingOutParts;
}

export function downloadBundle(parts: DownloadBundleParts): DownloadBundle {
  const { operate, jobAccess, bundles, access, givingOut } = parts;
  return (id, requester, range) =>
    operate({ action: "bundle_download", job_id: id }, requester, async ({ caller, record }) => {
      const job = await jobAccess.find(id, caller);
      // they may have lost the role by which they knew of the room
      const hidden = job.room_id !== null && (await access.hides(job.room_id, caller));
      if (job.kind === "import" || job.state !== "succeeded" || hidden)
        throw new RequestError("not_found", "M_NOT_FOUND", "This job has no bundle to give");
      await requireGivable(job, givingOut);
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
