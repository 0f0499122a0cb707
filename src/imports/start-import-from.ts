import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { hasBundle } from "../exports/kept/has-bundle.ts";
import { noSuchJob, type JobAccess } from "../jobs/job-access.ts";
import type { JobControl } from "../jobs/job-control.ts";
import type { BundleStore } from "../ports/bundle-store.ts";
import type { DiskSpace } from "../ports/disk-space.ts";
import type { Job } from "../ports/job-store.ts";
import { RequestError } from "../requests/failures/failure.ts";
import { jobIdOf } from "../requests/job-id.ts";
import type { RunOperation } from "../requests/operation.ts";
import type { Caller, Requester } from "../requests/requester.ts";
import { linkOrCopy } from "../requests/storage/link-or-copy.ts";
import type { UploadFiles } from "../uploads/upload-files.ts";
import { takeCopy } from "../uploads/uploads.ts";
import type { ImportOptions } from "./options.ts";
import type { StartImport } from "./start-import.ts";

/** A bundle that is here already: an upload, or what a conversion has made. */
export type ImportSource = { uploadId: string } | { conversionId: string };

/**
 * Imports a bundle that is here already. Asked again for the same upload, the same job is given; the upload is gone once the job is
 * queued. The bundle of a conversion stays.
 * @throws RequestError not_found, conflict where the upload or the conversion is not complete, gone, and as for an import
 */
export type StartImportFrom<O extends ImportOptions = ImportOptions> = (
  source: ImportSource,
  requester: Requester,
  options: O,
) => Promise<Job>;

export interface StartImportFromParts<O extends ImportOptions = ImportOptions> {
  operate: RunOperation;
  control: Pick<JobControl, "get">;
  jobAccess: Pick<JobAccess, "find">;
  files: UploadFiles;
  bundles: Pick<BundleStore, "localFile">;
  /** for the copy that the import takes over */
  workFolder: string;
  /** of its disk */
  space: DiskSpace;
  start: StartImport<O>;
}

/** @param action what the audit log calls it */
export function startImportFrom<O extends ImportOptions>(
  parts: StartImportFromParts<O>,
  action: "import" | "space_import" = "import",
): StartImportFrom<O> {
  const { operate, control, files, workFolder, start } = parts;
  return async (source, requester, options) => {
    const entry = { action, on_behalf_of: options.as ?? null } as const;
    if ("conversionId" in source) {
      const file = await operate(entry, requester, ({ caller }) => copyOfBundle(parts, caller, source.conversionId));
      return await start(file, requester, options);
    }
    const requestId = `upload ${source.uploadId}`;
    const found = await operate(entry, requester, async ({ caller }) => {
      const known = await control.get(jobIdOf(caller.userId, requestId));
      return known ? { known } : await takeCopy(files, caller, source.uploadId, workFolder);
    });
    if ("known" in found) return found.known;
    const job = await start(found.file, requester, { ...options, requestId });
    await files.remove(source.uploadId);
    return job;
  };
}

async function copyOfBundle(
  { jobAccess, bundles, workFolder, space }: Omit<StartImportFromParts, "start">,
  caller: Caller,
  id: string,
): Promise<string> {
  const job = await jobAccess.find(id, caller);
  if (job.owner !== caller.userId || job.kind !== "convert") throw noSuchJob();
  if (!hasBundle(job))
    throw new RequestError(
      "conflict",
      "M_BAD_STATE",
      "This conversion has made no bundle: its report or error says why",
    );
  await using bundle = await bundles.localFile(id);
  if (!bundle)
    throw new RequestError(
      "gone",
      "M_NOT_FOUND",
      "The bundle of this job is not kept any more: convert the upload again",
    );
  const file = join(workFolder, `converted-${randomUUID()}`);
  try {
    await linkOrCopy(bundle.path, file, space);
    return file;
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}
