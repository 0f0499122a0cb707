import type { Response } from "express";

/** A download that has not moved for so long is given up, in milliseconds: what it holds is given back. */
export const STALLED_MS = 120_000;

/** Headers of a ZIP that is to be saved under that name (ASCII, without quotes). */
export function zipHeaders(response: Response, fileName: string): void {
  response.setHeader("Content-Type", "application/zip");
  response.setHeader("Content-Disposition", `attachment; filename="${fileName}"`);
}

/** Aborted as soon as the one who asked is gone before everything was sent. */
export function goneSignal(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}
