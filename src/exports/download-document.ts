import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { openBundle } from "../bundle/open-bundle.ts";
import { stringMember } from "../matrix/json.ts";
import type { BundleStore } from "../ports/bundle-store.ts";
import { isCollection } from "../ports/job-store.ts";
import type { DiskSpace } from "../ports/disk-space.ts";
import { SHAPES } from "../render/output-shapes.ts";
import { RequestError } from "../requests/failures/failure.ts";
import type { RunOperation } from "../requests/operation.ts";
import type { Requester } from "../requests/requester.ts";
import { sizeOfFile } from "../requests/storage/spool-file.ts";
import { finishedExport, notKept, type FinishedExportParts } from "./kept/finished-export.ts";
import type { LiveExports } from "./live-exports.ts";

/** `page`: one HTML file with everything inside. */
export const DOCUMENT_FORMATS = ["page", ...SHAPES] as const;
export type DocumentFormat = (typeof DOCUMENT_FORMATS)[number];

const ENDINGS: Readonly<Record<DocumentFormat, string>> = { page: "html", text: "txt", markdown: "md", csv: "csv" };
/** A page holds its files as base64, and is written before it is sent. */
const PAGE_GROWTH = 1.5;
const BYTES = { objectMode: false };

/**
 * The conversation in the bundle of an export job, to be read without Roomporter. It is made while it is sent, and takes a place among
 * the exports at once until then. Its handing out is recorded like that of the bundle.
 * @throws RequestError like `DownloadBundle`; invalid for an export of many rooms, too_many; the body ends with BundleError, StorageError
 */
export type DownloadDocument = (
  id: string,
  requester: Requester,
  format: DocumentFormat,
  signal: AbortSignal,
) => Promise<{ body: Readable; fileName: string }>;

export interface DownloadDocumentParts extends FinishedExportParts {
  operate: RunOperation;
  bundles: Pick<BundleStore, "localFile">;
  live: Pick<LiveExports, "take">;
  /** a folder for what is being written, and the space of its disk */
  work: { path: string; space: DiskSpace };
}

export function downloadDocument(parts: DownloadDocumentParts): DownloadDocument {
  return (id, requester, format, signal) =>
    parts.operate(
      { action: "bundle_download", job_id: id },
      requester,
      async ({ caller, record }) => {
        const job = await finishedExport(id, caller, parts);
        if (isCollection(job.kind))
          throw new RequestError(
            "invalid",
            "M_INVALID_PARAM",
            "An export of many rooms is one ZIP: download it, and make pages of it with roomporter bundle render",
          );
        const held = new AsyncDisposableStack();
        held.use(parts.live.take(caller));
        try {
          const bundle = await parts.bundles.localFile(id, signal);
          if (!bundle) throw notKept();
          held.use(bundle);
          const folder = await mkdtemp(join(parts.work.path, "document-"));
          held.defer(() => rm(folder, { recursive: true, force: true }));
          const body = await document(bundle.path, format, folder, parts.work.space);
          held.defer(() => void body.destroy());
          await record({ outcome: "done", room_id: job.room_id });
          body.once("close", () => void held.disposeAsync());
          const name = (stringMember(job.report, "file_name") ?? `${id}.zip`).replace(/\.zip$/, "");
          return { body, fileName: `${name}.${ENDINGS[format]}` };
        } catch (error) {
          await held.disposeAsync();
          throw error;
        }
      },
      { session: true },
    );
}

/** A page is written before any of it is sent: what fails, fails with an answer. */
async function document(path: string, format: DocumentFormat, folder: string, space: DiskSpace): Promise<Readable> {
  if (format !== "page") {
    const { convertBundle } = await import("../render/convert-to.ts");
    return Readable.from(convertBundle(path, format, { workFolder: folder }), BYTES);
  }
  const { renderSingleFile } = await import("../render/render.ts");
  await space.require(Math.ceil((await sizeOfFile(path)) * PAGE_GROWTH));
  const file = join(folder, "page.html");
  const bundle = await openBundle(path);
  try {
    await renderSingleFile(bundle, file);
  } finally {
    await bundle.close();
  }
  return createReadStream(file);
}
