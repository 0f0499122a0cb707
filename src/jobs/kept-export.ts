import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject } from "../matrix/json.ts";
import type { BundleStore } from "../ports/bundle-store.ts";
import type { HomeserverAccess } from "../ports/homeserver-access.ts";
import type { JobWork } from "./job-runner.ts";
import { requireJoined } from "./access.ts";
import { readExportParams } from "./job-params.ts";
import { PorterError } from "./porter.ts";
import type { CollectedBundle, RoomExporter } from "./room-exporter.ts";

export interface KeptExportParts {
  exporter: RoomExporter;
  homeserver: HomeserverAccess;
  bundles: BundleStore;
  /** folder for the unfinished ZIP */
  spoolDir: string;
}

/** An export as a job: read as the service user, narrowed to what the requester may see, kept in the bundle store under the job's id. */
export function keptExport({ exporter, homeserver, bundles, spoolDir }: KeptExportParts): JobWork {
  return async (job, { signal, onProgress }) => {
    if (job.room_id === null) throw new PorterError(500, "M_UNKNOWN", "The job names no room");
    const { visibleTo, options } = readExportParams(job);
    const { reader, media } = homeserver.asService(signal);
    // they may have left since they asked
    if (visibleTo !== undefined)
      await requireJoined(reader, job.room_id, visibleTo, "You are not in this room any more");
    const exportedBy = visibleTo ?? reader.userId;
    const request = { roomId: job.room_id, reader, media, exportedBy, visibleTo, options, onProgress };
    const bundle = await exporter.collect(request, signal);
    const { events } = bundle.head.counts;
    onProgress({ done: events, total: events });
    const file = join(spoolDir, `${job.id}.zip`);
    try {
      await bundle.writeTo(createWriteStream(file, { mode: 0o600 }));
      signal.throwIfAborted();
      await bundles.put(job.id, file);
      return reportOf(bundle, await bundles.size(job.id));
    } finally {
      await rm(file, { force: true });
      await bundle.dispose();
    }
  };
}

/** `{file_name, size, counts, coverage}`: the ledger itself is in the bundle. */
function reportOf({ fileName, head }: CollectedBundle, size: number | undefined): JsonObject {
  const { counts, coverage } = head;
  return {
    file_name: fileName,
    size: size ?? 0,
    counts: { ...counts },
    coverage: { complete: coverage.complete, limits: coverage.limits.map((limit) => ({ ...limit })) },
  };
}
