import type { Job } from "../ports/job-store.ts";
import type { JobControl } from "../jobs/job-control.ts";
import { jobIdOf } from "../requests/job-id.ts";
import type { RunOperation } from "../requests/operation.ts";
import type { Requester } from "../requests/requester.ts";
import type { UploadFiles } from "../uploads/upload-files.ts";
import { takeCopy } from "../uploads/uploads.ts";
import type { ImportOptions } from "./options.ts";
import type { StartImport } from "./start-import.ts";

/**
 * Imports a bundle that has been uploaded in pieces. Asked again for the same upload, the same job is given; the upload is gone once
 * the job is queued.
 * @throws RequestError not_found, conflict where the upload is not complete, and as for an import
 */
export type StartImportFrom = (uploadId: string, requester: Requester, options: ImportOptions) => Promise<Job>;

export interface StartImportFromParts {
  operate: RunOperation;
  control: Pick<JobControl, "get">;
  files: UploadFiles;
  /** for the copy that the import takes over */
  workFolder: string;
  start: StartImport;
}

export function startImportFrom({ operate, control, files, workFolder, start }: StartImportFromParts): StartImportFrom {
  return async (uploadId, requester, options) => {
    const requestId = `upload ${uploadId}`;
    const entry = { action: "import", on_behalf_of: options.as ?? null } as const;
    const source = await operate(entry, requester, async ({ caller }) => {
      const known = await control.get(jobIdOf(caller.userId, requestId));
      return known ? { known } : await takeCopy(files, caller, uploadId, workFolder);
    });
    if ("known" in source) return source.known;
    const job = await start(source.file, requester, { ...options, requestId });
    await files.remove(uploadId);
    return job;
  };
}
