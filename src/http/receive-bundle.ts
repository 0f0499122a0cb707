import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Request, Response } from "express";
import multer, { MulterError } from "multer";
import { RequestError } from "../requests/failures/failure.ts";
import { spoolFile } from "../requests/storage/spool-file.ts";
import type { DiskSpace } from "../ports/disk-space.ts";
import { StorageError } from "../ports/storage-error.ts";
import { mayTakeTime } from "./body-time.ts";
import { tooLarge } from "./errors.ts";
import { STALLED_MS } from "./send-bundle.ts";

export interface UploadLimits {
  /** folder for bundles that are being received */
  folder: string;
  /** of its disk */
  space: DiskSpace;
  /** largest bundle, in bytes */
  size: number;
}

/** Receives the form of an upload; gives the path of its bundle. @throws RequestError, MulterError, StorageError */
export type BundleReceiver = (request: Request, response: Response, admit: Admit) => Promise<string>;

/** Called before the file is read, with the texts that came before it. Where it rejects, nothing more is received. */
export type Admit = (texts: unknown) => Promise<void>;

/** What the form has around the bundle, at most, in bytes. */
const FORM_BYTES = 64 * 1024;

/** @param fields names of the texts that may stand beside the bundle */
export function bundleReceiver({ folder, space, size }: UploadLimits, fields: readonly string[]): BundleReceiver {
  const storage = spoolingStorage(folder, space);
  const limits: multer.Options["limits"] = {
    fileSize: size,
    files: 1,
    fields: fields.length,
    parts: fields.length + 1,
    fieldSize: 1024,
    fieldNameSize: 32,
    headerPairs: 20,
  };
  return async (request, response, admit) => {
    const receive = multer({ storage, limits, fileFilter: admitting(admit) }).single("bundle");
    const announced = announcedBytes(request);
    if (announced > size + FORM_BYTES) throw tooLarge();
    await space.require(announced);
    // whoever has gone by now ends no form
    if (request.destroyed) throw brokenForm();
    mayTakeTime(request);
    request.setTimeout(STALLED_MS, () => request.destroy());
    await new Promise<void>((resolve, reject) => {
      receive(request, response, (error?: unknown) => {
        if (error instanceof Error) reject(asWrongForm(error, fields));
        else resolve();
      });
    });
    request.setTimeout(0);
    if (request.file) return request.file.path;
    throw new RequestError(
      "invalid",
      "M_MISSING_PARAM",
      "bundle: missing; expected multipart/form-data with the bundle as a file in the field bundle",
    );
  };
}

/** How much is to come; 0: not known. */
export function announcedBytes({ headers }: Request): number {
  return Number(headers["content-length"] ?? 0);
}

/** The form's parser throws plain errors; what is beyond the limits, or wrong with the disk, has a code or a kind. */
function asWrongForm(error: Error, fields: readonly string[]): Error {
  if (error instanceof RequestError) return error;
  if (error instanceof MulterError && error.code === "LIMIT_UNEXPECTED_FILE") {
    const name = (error.field ?? "").slice(0, 32);
    const message = `${name}: no file is expected in this form field; put the bundle into the field bundle (texts: ${fields.join(", ")})`;
    return new RequestError("invalid", "M_INVALID_PARAM", message);
  }
  if (error instanceof MulterError || error instanceof StorageError || "code" in error) return error;
  return brokenForm();
}

function brokenForm(): RequestError {
  const message = "The form is not well-formed multipart/form-data, or ends too early";
  return new RequestError("invalid", "M_BAD_JSON", message);
}

function admitting(admit: Admit): multer.Options["fileFilter"] {
  return ({ body }, _file, done) => {
    admit(body).then(
      () => done(null, true),
      (error: unknown) => done(error instanceof Error ? error : new Error("not admitted")),
    );
  };
}

/** Multer's own leaves an unfinished file where the disk is full. */
function spoolingStorage(folder: string, space: DiskSpace): multer.StorageEngine {
  return {
    _handleFile(_request, file, done) {
      const path = join(folder, `upload-${randomUUID()}`);
      // it may call the upload off before it is told of a failure here, and then removes what it knows of
      file.path = path;
      const out = spoolFile(path, space);
      const received = pipeline(file.stream, out).catch(async (error: unknown) => {
        if (!out.closed) await once(out, "close").catch(() => undefined);
        await rm(path, { force: true });
        throw error;
      });
      received.then(() => done(undefined, { path }), done);
    },
    _removeFile(_request, file, done) {
      rm(file.path, { force: true }).then(() => done(null), done);
    },
  };
}
