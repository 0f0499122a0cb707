import { rm } from "node:fs/promises";
import { queueWithBundle, type QueueParts } from "../exports/kept/queue-with-bundle.ts";
import { requireFreePlace } from "../imports/admit-import.ts";
import type { JobAccess } from "../jobs/job-access.ts";
import type { Job, JobStore } from "../ports/job-store.ts";
import { jobIdOf } from "../requests/job-id.ts";
import type { RunOperation } from "../requests/operation.ts";
import { actorOf, type Requester } from "../requests/requester.ts";
import type { UploadFiles } from "../uploads/upload-files.ts";
import { takeCopy } from "../uploads/uploads.ts";
import { conversionParams } from "./conversion-params.ts";
import type { ConversionOptions } from "./options.ts";

/**
 * Queues the conversion of an upload, an export of another program, into a bundle that is kept with the job. The upload stays.
 * @throws RequestError not_found, conflict where the upload is not complete, too_many, no_space
 */
export type StartConversion = (requester: Requester, options: ConversionOptions) => Promise<Job>;

export interface StartConversionParts extends QueueParts {
  operate: RunOperation;
  jobAccess: Pick<JobAccess, "atMost">;
  store: Pick<JobStore, "unfinished">;
  files: UploadFiles;
  /** for the copy that the job takes over */
  workFolder: string;
}

export function startConversion(parts: StartConversionParts): StartConversion {
  const { operate, jobAccess, files, workFolder } = parts;
  return (requester, { upload_id: uploadId, ...options }) =>
    operate({ action: "convert" }, requester, async ({ caller }) => {
      await requireFreePlace(parts, caller);
      const { file, upload } = await takeCopy(files, caller, uploadId, workFolder);
      try {
        const id = jobIdOf(caller.userId, undefined);
        const { params, words } = conversionParams({ ...options, file_name: upload.metadata["filename"] ?? "export" });
        const job = { id, kind: "convert", owner: caller.userId, params, words, room_id: null } as const;
        const granted = { action: "convert", outcome: "granted", ...actorOf(caller) } as const;
        return await queueWithBundle(parts, job, file, jobAccess.atMost(caller), granted);
      } finally {
        await rm(file, { force: true });
      }
    });
}
