import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Clock } from "../ports/clock.ts";
import { errorFields, type Logger } from "../ports/logger.ts";
import type { SweepTimes } from "../ports/sweep-times.ts";
import { IDLE_TIMER, type Timer } from "../ports/timer.ts";
import { RequestError } from "../requests/failures/failure.ts";
import type { Places } from "../requests/limits/places.ts";
import type { RunOperation } from "../requests/operation.ts";
import type { Caller, Requester } from "../requests/requester.ts";
import { sweepNow } from "../requests/sweep-permit.ts";
import type { Upload, UploadFiles } from "./upload-files.ts";

/** After so long without anything new an upload is gone, in milliseconds: one that came to an end, and was not used, too. */
export const UPLOAD_LASTS_MS = 24 * 3600_000;
/** Uploads that one user may have, of whatever size. */
const MOST_PER_USER = 50;
const SWEEP_EVERY_MS = 3600_000;

/** Files that come in pieces. Each is its owner's alone: for everybody else, admins too, it does not exist. Everything throws RequestError. */
export interface Uploads {
  /** @throws RequestError too_large, too_many, no_space, and as for an import */
  create(requester: Requester, upload: Pick<Upload, "size" | "metadata">): Promise<Upload>;
  list(requester: Requester): Promise<Upload[]>;
  /** @throws RequestError not_found */
  find(requester: Requester, id: string): Promise<Upload>;
  /** Takes more of it, in a place of the process. @throws RequestError not_found, too_many, no_space: what came before stays */
  append(requester: Requester, id: string, offset: number, chunks: AsyncIterable<Buffer>): Promise<number>;
  /** @throws RequestError not_found */
  remove(requester: Requester, id: string): Promise<void>;
}

export interface UploadsParts {
  operate: RunOperation;
  files: UploadFiles;
  /** May they import a bundle of so many bytes? Asked before anything is received. @throws RequestError */
  admit: (requester: Requester, bytes: number) => Promise<Disposable>;
  /** while bytes come in */
  places: Places;
  /** largest file, in bytes */
  largest: number;
  clock: Clock;
}

export function createUploads({ operate, files, admit, places, largest, clock }: UploadsParts): Uploads {
  return {
    async create(requester, { size, metadata }) {
      using _place = await admit(requester, Math.min(size, largest));
      return await operate({ action: "import", on_behalf_of: null }, requester, async ({ caller }) => {
        if (size > largest) throw tooLarge(size, largest);
        requireFew(caller, (await files.ofOwner(caller.userId)).length);
        return await files.create({ owner: caller.userId, size, metadata }, clock.now());
      });
    },
    list: (requester) => operate({}, requester, ({ caller }) => files.ofOwner(caller.userId)),
    find: (requester, id) => operate({}, requester, ({ caller }) => ownUpload(files, caller, id)),
    append: (requester, id, offset, chunks) =>
      operate({}, requester, async ({ caller }) => {
        await ownUpload(files, caller, id);
        using _place = places.take(caller);
        return await files.append(id, offset, chunks);
      }),
    remove: (requester, id) =>
      operate({}, requester, async ({ caller }) => {
        await ownUpload(files, caller, id);
        await files.remove(id);
      }),
  };
}

/** @throws RequestError not_found where there is none of that id, or it is somebody else's */
async function ownUpload(files: UploadFiles, { userId }: Caller, id: string): Promise<Upload> {
  const upload = await files.find(id);
  if (upload?.owner === userId) return upload;
  throw new RequestError(
    "not_found",
    "M_NOT_FOUND",
    "There is no such upload: it was used, deleted, or left alone for a day. Upload the file again",
  );
}

/**
 * The bytes of one's own upload, as a file of its own in that folder; the upload stays.
 * @throws RequestError not_found, conflict where it is not complete
 */
export async function takeCopy(
  files: UploadFiles,
  caller: Caller,
  id: string,
  folder: string,
): Promise<{ file: string; upload: Upload }> {
  const upload = await ownUpload(files, caller, id);
  if (upload.offset < upload.size)
    throw new RequestError(
      "conflict",
      "M_BAD_STATE",
      `This upload has ${String(upload.offset)} of ${String(upload.size)} bytes: send the rest first`,
    );
  const file = join(folder, `upload-${randomUUID()}`);
  await files.copyTo(id, file);
  return { file, upload };
}

/** Removes what nobody has gone on with for a day: at once and every hour, until the signal comes. Never rejects. */
export async function keepUploadsSwept(
  {
    files,
    times,
    logger,
    timer = IDLE_TIMER,
  }: { files: UploadFiles; times: SweepTimes; logger: Logger; timer?: Timer },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const now = await sweepNow(times, "uploads", logger);
      const removed = now === undefined ? 0 : await files.removeBefore(now - UPLOAD_LASTS_MS);
      if (removed > 0) logger.info({ uploads: removed }, "uploads that nobody went on with were removed");
    } catch (error) {
      logger.warn(errorFields(error), "uploads that nobody goes on with could not be removed");
    }
    await timer.sleep(SWEEP_EVERY_MS, signal).catch(() => undefined);
  }
}

function requireFew({ adminToken }: Caller, there: number): void {
  if (adminToken || there < MOST_PER_USER) return;
  throw new RequestError(
    "too_many",
    "M_LIMIT_EXCEEDED",
    `You have ${String(there)} uploads that were not used: delete one (DELETE /v1/uploads/ID), or wait until they expire`,
  );
}

function tooLarge(size: number, largest: number): RequestError {
  return new RequestError(
    "too_large",
    "M_TOO_LARGE",
    `This file has ${String(size)} bytes. The service takes ${String(largest)} (limits.upload_size)`,
  );
}
