import { coverageJson } from "../bundle/coverage.ts";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { bookmarkOf, type Bookmark } from "../bundle/bookmark.ts";
import type { WrittenBundle } from "../bundle/write-bundle.ts";
import type { JsonObject } from "../matrix/json.ts";
import type { DiskSpace } from "../ports/disk-space.ts";
import type { BundleStore } from "../ports/bundle-store.ts";
import type { HomeserverAccess } from "../ports/homeserver/homeserver-access.ts";
import type { Job, JobStore } from "../ports/job-store.ts";
import type { Logger } from "../ports/logger.ts";
import type { PolicyStore } from "../ports/policy-store.ts";
import { requireJoined } from "../requests/access.ts";
import type { ExportSpools } from "./export-spools.ts";
import { requireOpen } from "./kept/still-theirs.ts";
import { mayPass } from "../requests/failures/job-error.ts";
import type { JobContext } from "../jobs/job-run.ts";
import type { JobDefinition } from "../jobs/job-table.ts";
import { readExportParams } from "./export-params.ts";
import { SINCE_BUNDLE } from "./reading/earlier-bundle.ts";
import { RequestError } from "../requests/failures/failure.ts";
import type { CollectedBundle, ExportRequest, RoomExporter } from "./room-exporter.ts";
import { linkReport, previousLink } from "./scheduled/chain.ts";
import { spoolFile } from "../requests/storage/spool-file.ts";
import type { UserStorage } from "./kept/user-storage.ts";
import { patientWithStorage } from "../requests/storage/storage-patience.ts";

export interface ExportJobParts {
  exporter: RoomExporter;
  policies: Pick<PolicyStore, "get">;
  homeserver: HomeserverAccess;
  userStorage: Pick<UserStorage, "put">;
  /** what a chain of bundles goes on from */
  bundles: Pick<BundleStore, "list">;
  store: Pick<JobStore, "get">;
  /** folder for the unfinished ZIP */
  spoolDir: string;
  /** of its disk */
  space: DiskSpace;
  spools: ExportSpools;
  logger: Logger;
}

/**
 * An export as a job: read as the service user, narrowed to what the requester may see, kept in the bundle store under the job's
 * id. What was read stays on this machine until the job has ended, so that the next run goes on with it.
 */
export function exportJob(parts: ExportJobParts): JobDefinition {
  return {
    action: "export",
    permission: "user",
    onBehalfOf(job) {
      const { visibleTo } = readExportParams(job);
      return visibleTo === undefined || visibleTo === job.owner ? null : visibleTo;
    },
    async work(job, context) {
      try {
        return await runExport(parts, job, context);
      } catch (error) {
        if (!context.signal.aborted && !mayPass(error)) await parts.spools.remove(job.id);
        throw error;
      }
    },
  };
}

async function runExport(
  parts: ExportJobParts,
  job: Job,
  { signal, permit, onProgress }: JobContext,
): Promise<JsonObject> {
  const { policies, homeserver, userStorage, spoolDir, space, spools, logger } = parts;
  if (job.room_id === null) throw new RequestError("internal", "M_UNKNOWN", "The job names no room");
  const { visibleTo, ignored, upTo, chain, options } = readExportParams(job);
  requireOpen(await policies.get(job.room_id));
  const { reader, media } = homeserver.asService(signal, permit);
  // they may have left since they asked
  if (visibleTo !== undefined) await requireJoined(reader, job.room_id, visibleTo, "You are not in this room any more");
  const what = {
    roomId: job.room_id,
    reader,
    media,
    exportedBy: visibleTo ?? reader.userId,
    visibleTo,
    ignored,
    upTo,
    options,
    onProgress,
    resumeIn: spools.of(job.id),
  };
  const previous = chain === undefined ? undefined : await previousLink(job, chain, parts);
  const { bundle, goesOn } = await collectFrom(parts, job, what, previous?.link.bookmark, signal);
  const startedOver = !bundle.resumed && job.progress.done > 0;
  if (startedOver)
    logger.warn({ job_id: job.id }, "an export started over: what was read before is not on this machine");
  const { events } = bundle.head.counts;
  onProgress({ done: events, total: events });
  // of this run alone: one that was taken for dead may still be writing its own
  const file = join(spoolDir, `${job.id}.${job.fence}.zip`);
  try {
    const written = await bundle.writeTo(spoolFile(file, space));
    signal.throwIfAborted();
    const base = goesOn && previous ? { position: previous.link.position + 1, base: previous.id } : { position: 0 };
    const link = chain === undefined ? undefined : linkReport({ ...base, bookmark: await bookmarkOf(file) });
    await patientWithStorage(() => userStorage.put(job, file, signal), signal);
    return { ...reportOf(bundle, written), ...(link && { chain: link }), ...(startedOver && { started_over: true }) };
  } finally {
    await rm(file, { force: true });
    await bundle.dispose();
  }
}

/** Reads what is new since a bundle; where that does not fit the room any more, all of it. */
async function collectFrom(
  { exporter, spools, logger }: ExportJobParts,
  { id }: Job,
  what: ExportRequest,
  since: Bookmark | undefined,
  signal: AbortSignal,
): Promise<{ bundle: CollectedBundle; goesOn: boolean }> {
  if (since) {
    try {
      const options = { ...what.options, since_bundle: since };
      return { bundle: await exporter.collect({ ...what, options }, signal), goesOn: true };
    } catch (error) {
      if (!(error instanceof RequestError && error.errcode === SINCE_BUNDLE)) throw error;
      logger.warn(
        { job_id: id, reason: error.reasons[0]?.code },
        "the room is exported whole: the earlier bundle does not fit it",
      );
      await spools.remove(id);
    }
  }
  return { bundle: await exporter.collect(what, signal), goesOn: false };
}

/** `{file_name, size, manifest_sha256, signed_by, counts, coverage}`: the ledger itself is in the bundle. */
function reportOf({ fileName, head, signedBy }: CollectedBundle, { size, manifestSha256 }: WrittenBundle): JsonObject {
  const { counts, coverage } = head;
  return {
    file_name: fileName,
    size,
    manifest_sha256: manifestSha256,
    signed_by: { ...signedBy },
    counts: { ...counts },
    coverage: coverageJson(coverage),
  };
}
