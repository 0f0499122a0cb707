import { rm } from "node:fs/promises";
import { CHECK_MS } from "../../requests/access.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import type { RunOperation } from "../../requests/operation.ts";
import type { Requester } from "../../requests/requester.ts";
import type { UploadFiles } from "../../uploads/upload-files.ts";
import { takeCopy } from "../../uploads/uploads.ts";
import type { ImportSource } from "../start-import-from.ts";
import { earlierImports } from "../start/already-imported.ts";
import { beforeImport } from "../start/before-import.ts";
import type { StartImportParts } from "../start-import.ts";
import { joinedIn, readCollection, type GoodCollection } from "./collection-intake.ts";
import type { SpaceImportOptions } from "./options.ts";
import { measurePace } from "./measure-pace.ts";

/** What an import of a collection would do. */
export interface SpaceImportPreview {
  rooms: (GoodCollection["previews"][number] & {
    /** by the same person: then the import is refused, unless it is asked for `again` */
    already_imported: { room_id: string | null; job_id: string } | null;
  })[];
  refused: GoodCollection["refused"];
  /** rooms that took the place of one another, by their ids in the source, oldest first */
  upgrades: GoodCollection["upgrades"];
  counts: { rooms: number; refused: number; events: number; files: number };
  /** how long it would take here, as fast as the homeserver is at the moment */
  seconds: number;
}

/**
 * Verifies a collection as its import does, and says what that would make, and how long it would take: nothing of it is made. The
 * homeserver's pace is measured with a room of its own, which is left and forgotten. The file is gone afterwards.
 * @throws RequestError as for an import
 */
export type PreviewSpaceImport = (
  file: string,
  requester: Requester,
  options: SpaceImportOptions,
) => Promise<SpaceImportPreview>;

/** A homeserver takes some minutes for a trial where it is very slow, in milliseconds. */
const TRIAL_MS = 6 * CHECK_MS;

export function previewSpaceImport(parts: StartImportParts): PreviewSpaceImport {
  const { operate, homeserver } = parts;
  return async (file, requester, options) => {
    try {
      return await operate({}, requester, async ({ caller }) => {
        const { importingUser, found } = await beforeImport(parts, caller, file, options, readCollection);
        const earlier = await earlierImports(parts, caller.userId, importingUser, found.bundles);
        const { writer, uploads } = homeserver.asService(AbortSignal.timeout(TRIAL_MS));
        const pace = await measurePace(writer, uploads);
        const { previews, refused, upgrades, events, files } = found;
        const made = previews.length - joinedIn(found, options);
        const ms = made * pace.room + events * pace.event + files * pace.file;
        return {
          rooms: previews.map((room, at) => {
            const before = earlier.find(({ bundle }) => bundle === found.bundles[at]);
            return { ...room, already_imported: before ? { room_id: before.roomId, job_id: before.jobId } : null };
          }),
          refused,
          upgrades,
          counts: { rooms: made, refused: refused.length, events, files },
          seconds: Math.max(1, Math.round(ms / 1000)),
        };
      });
    } finally {
      await rm(file, { force: true });
    }
  };
}

/** The same of an upload, which stays. */
export type PreviewSpaceImportFrom = (
  source: ImportSource,
  requester: Requester,
  options: SpaceImportOptions,
) => Promise<SpaceImportPreview>;

export interface PreviewFromParts {
  operate: RunOperation;
  files: UploadFiles;
  /** for a copy of it */
  workFolder: string;
  preview: PreviewSpaceImport;
}

export function previewSpaceImportFrom({
  operate,
  files,
  workFolder,
  preview,
}: PreviewFromParts): PreviewSpaceImportFrom {
  return async (source, requester, options) => {
    if ("conversionId" in source)
      throw new RequestError("invalid", "M_INVALID_PARAM", "job_id: a conversion makes no collection; give upload_id");
    const { uploadId } = source;
    const { file } = await operate({}, requester, ({ caller }) => takeCopy(files, caller, uploadId, workFolder));
    return await preview(file, requester, options);
  };
}
