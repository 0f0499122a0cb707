import { rm } from "node:fs/promises";
import type { Request, Response } from "express";
import multer, { MulterError } from "multer";
import { PorterError, publicJob } from "../jobs/porter.ts";
import { tooLarge } from "./errors.ts";
import { statusUrl } from "./job-routes.ts";
import { importOptions, waitMilliseconds } from "./queries.ts";
import type { Route } from "./route.ts";
import { goneSignal, STALLED_MS } from "./send-bundle.ts";

export interface UploadLimits {
  /** folder for bundles that are being received */
  folder: string;
  /** largest bundle, in bytes */
  size: number;
}

/** What the form has around the bundle, at most, in bytes. */
const FORM_BYTES = 64 * 1024;

/** Takes a bundle in, and queues its import if nothing is wrong with it. */
export function importRoute({ folder, size }: UploadLimits): Route {
  const receive = multer({
    storage: multer.diskStorage({ destination: folder }),
    limits: { fileSize: size, files: 1, fields: 2, parts: 3, fieldSize: 1024, fieldNameSize: 32, headerPairs: 20 },
  }).single("bundle");
  return {
    method: "post",
    path: "/rooms/import",
    async handle({ request, response, requester, porter }) {
      const wait = waitMilliseconds(request);
      if (Number(request.headers["content-length"] ?? 0) > size + FORM_BYTES) throw tooLarge();
      const file = await received(receive, request, response);
      let job;
      try {
        job = await porter.startImport(file, requester, importOptions(request));
      } finally {
        await rm(file, { force: true });
      }
      if (wait !== undefined) job = await porter.wait(job.id, wait, goneSignal(response));
      response
        .status(job.state === "succeeded" ? 201 : 202)
        .location(statusUrl(job))
        .json({ ...publicJob(job), status_url: statusUrl(job) });
    },
  };
}

/** The path of the received file. @throws PorterError, MulterError */
async function received(
  receive: ReturnType<multer.Multer["single"]>,
  request: Request,
  response: Response,
): Promise<string> {
  request.setTimeout(STALLED_MS, () => request.destroy());
  await new Promise<void>((resolve, reject) => {
    receive(request, response, (error?: unknown) => {
      if (error instanceof Error) reject(isOfTheForm(error) ? malformed() : error);
      else resolve();
    });
  });
  request.setTimeout(0);
  if (request.file) return request.file.path;
  throw new PorterError(400, "M_MISSING_PARAM", "Expected multipart/form-data with the bundle in the field `bundle`");
}

/** The form's parser throws plain errors; the disk's have a code, as what is beyond the limits has. */
function isOfTheForm(error: Error): boolean {
  return !(error instanceof MulterError) && !("code" in error);
}

function malformed(): PorterError {
  return new PorterError(400, "M_BAD_JSON", "The form is not well-formed multipart/form-data, or ends too early");
}
