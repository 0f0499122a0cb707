import type { Readable } from "node:stream";
import { stringMember } from "../matrix/json.ts";
import type { BundleStore } from "../ports/bundle-store.ts";
import type { RunOperation } from "../requests/operation.ts";
import { BegunDownloads } from "./kept/begun-downloads.ts";
import type { Requester } from "../requests/requester.ts";
import { finishedExport, notKept, type FinishedExportParts } from "./kept/finished-export.ts";

/** Bytes, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

export interface DownloadOptions {
  /** Which part of so many bytes is wanted; undefined: all. */
  rangeOf?: (size: number) => ByteRange | undefined;
  /** only its size and name are asked for: nothing is handed out */
  head?: boolean;
}

/**
 * The bundle that an export job has made. Its handing out is recorded where it begins: the ranges after the first are not recorded again
 * (`BegunDownloads`).
 * @throws RequestError forbidden, not_found, invalid where a room has become incognito, gone also where one was closed, homeserver_away;
 * what `rangeOf` throws
 */
export type DownloadBundle = (
  id: string,
  requester: Requester,
  options?: DownloadOptions,
) => Promise<{ body: Readable; size: number; fileName: string; range?: ByteRange }>;

export interface DownloadBundleParts extends FinishedExportParts {
  operate: RunOperation;
  bundles: Pick<BundleStore, "open" | "size">;
}

export function downloadBundle(parts: DownloadBundleParts): DownloadBundle {
  const { operate, bundles } = parts;
  const begun = new BegunDownloads();
  return (id, requester, { rangeOf, head = false } = {}) =>
    operate(
      { action: "bundle_download", job_id: id },
      requester,
      async ({ caller, record }) => {
        const job = await finishedExport(id, caller, parts);
        const size = await bundles.size(id);
        if (size === undefined) throw notKept();
        const range = rangeOf?.(size);
        const kept = await bundles.open(id, range);
        if (!kept) throw notKept();
        try {
          if (!head && begun.begins(`${id} ${caller.userId}`, range))
            await record({ outcome: "done", room_id: job.room_id });
        } catch (error) {
          begun.forget(`${id} ${caller.userId}`);
          kept.body.destroy();
          throw error;
        }
        return { ...kept, fileName: stringMember(job.report, "file_name") ?? `${id}.zip`, ...(range && { range }) };
      },
      { session: true },
    );
}
