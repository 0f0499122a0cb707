import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject } from "../../matrix/json.ts";
import type { BundleRecords, BundleStore } from "../../ports/bundle-store.ts";
import type { Clock } from "../../ports/clock.ts";
import type { DiskSpace } from "../../ports/disk-space.ts";
import { HomeserverError, type RoomReader } from "../../ports/homeserver/homeserver.ts";
import type { HomeserverAccess, Permit } from "../../ports/homeserver/homeserver-access.ts";
import type { HomeserverAdmin } from "../../ports/homeserver/homeserver-admin.ts";
import type { Job } from "../../ports/job-store.ts";
import type { Logger } from "../../ports/logger.ts";
import type { PolicyStore } from "../../ports/policy-store.ts";
import type { SigningKeys } from "../../ports/signing-keys.ts";
import type { ExportSpools } from "../export-spools.ts";
import { writeCollection } from "../../collections/write-collection.ts";
import { exportOne, lookAgain, type RoomSource } from "./export-one.ts";
import { allRoomsIndex, countsOf, namedBundles } from "./all-rooms-index.ts";
import { OutcomeSpool } from "./outcome-spool.ts";
import { mayPass } from "../../requests/failures/job-error.ts";
import { readGdprParams } from "./all-rooms-params.ts";
import type { JobContext } from "../../jobs/job-run.ts";
import type { JobDefinition } from "../../jobs/job-table.ts";
import type { RoomExporter } from "../room-exporter.ts";
import { spoolFile } from "../../requests/storage/spool-file.ts";
import { patientWithStorage } from "../../requests/storage/storage-patience.ts";

export interface AllRoomsJobParts {
  exporter: RoomExporter;
  homeserver: HomeserverAccess;
  /** where the service may use the homeserver's admin API */
  admin: ((signal: AbortSignal, permit: Permit) => HomeserverAdmin) | undefined;
  policies: Pick<PolicyStore, "get">;
  bundles: BundleStore;
  records: Pick<BundleRecords, "addRoom" | "dropRoom">;
  spools: ExportSpools;
  /** folder for the unfinished ZIP */
  spoolDir: string;
  /** of its disk */
  space: DiskSpace;
  serverName: string;
  /** what the index is signed with */
  keys: Pick<SigningKeys, "signer">;
  /** name and version of this program */
  generator: string;
  clock: Clock;
  logger: Logger;
}

/**
 * Every room that the service can read, or one user's, as one ZIP of bundles with an index. What was done stays on this machine until
 * the job has ended: rooms that are done are not read again.
 */
export function allRoomsJob(parts: AllRoomsJobParts): JobDefinition {
  return {
    action: "gdpr_export",
    permission: "admin",
    onBehalfOf(job) {
      const { userId } = readGdprParams(job);
      return userId === undefined || userId === job.owner ? null : userId;
    },
    async work(job, context) {
      try {
        return await exportAll(parts, job, context);
      } catch (error) {
        if (!context.signal.aborted && !mayPass(error)) await parts.spools.remove(job.id);
        throw error;
      }
    },
  };
}

async function exportAll(
  parts: AllRoomsJobParts,
  job: Job,
  { signal, permit, onProgress }: JobContext,
): Promise<JsonObject> {
  const { homeserver, spools, logger, serverName, generator, clock } = parts;
  const { userId } = readGdprParams(job);
  const service = homeserver.asService(signal, permit);
  const administrator = await asAdministrator(parts, job, signal, permit);
  const spool = await OutcomeSpool.open(spools.of(job.id), job.fence);
  try {
    const startedOver = job.progress.done > 0 && spool.outcomes.size === 0;
    if (startedOver)
      logger.warn({ job_id: job.id }, "an export started over: what was read before is not on this machine");
    const joined = await service.writer.joinedRooms();
    const rooms = [...new Set([...joined, ...(administrator?.rooms ?? [])])].sort();
    const { media } = service;
    const source: RoomSource = administrator
      ? { reader: administrator.reader, media, seesAll: true, visibleTo: userId }
      : { reader: service.reader, media, seesAll: false, visibleTo: userId };
    for (const [done, roomId] of rooms.entries()) {
      onProgress({ done, total: rooms.length });
      if (!spool.outcomes.has(roomId)) await spool.add(await exportOne(parts, job.id, roomId, source, spool, signal));
    }
    onProgress({ done: rooms.length, total: rooms.length });

    for (const read of [...spool.outcomes.values()]) {
      if (read.kind !== "exported") continue;
      const now = await lookAgain(parts, job.id, read, source, signal);
      if (now !== read) await spool.add(now);
    }
    const outcomes = [...spool.outcomes.values()].sort((a, b) => (a.room_id < b.room_id ? -1 : 1));
    const exportedAt = clock.now();
    const facts = { generator, exportedAt, requestedBy: job.owner, serverName, userId };
    const index = allRoomsIndex({ ...facts, scope: administrator ? "homeserver" : "service" }, outcomes);
    const files = namedBundles(outcomes).map(({ outcome: { file, size } }) => ({ path: spool.path(file), size }));
    const size = await keep(
      parts,
      job,
      { index, files, date: new Date(exportedAt), signer: await parts.keys.signer() },
      signal,
    );
    return {
      file_name: `rooms-${new Date(exportedAt).toISOString().slice(0, 10)}.zip`,
      size: size ?? 0,
      counts: countsOf(outcomes),
      ...(startedOver && { started_over: true }),
    };
  } finally {
    await spool.close();
  }
}

/** All rooms that the homeserver knows, and who may read them; undefined where the service may not, or the homeserver has no such API. */
async function asAdministrator(
  { admin, logger }: AllRoomsJobParts,
  { id }: Job,
  signal: AbortSignal,
  permit: Permit,
): Promise<{ rooms: string[]; reader: RoomReader } | undefined> {
  const administrator = admin?.(signal, permit);
  try {
    return administrator && { rooms: await administrator.rooms(), reader: administrator.reader };
  } catch (error) {
    if (!(error instanceof HomeserverError && error.isUnknownEndpoint)) throw error;
    logger.warn(
      { job_id: id },
      "this homeserver's admin API lists no rooms: those that the service user is in are exported",
    );
    return undefined;
  }
}

/** Gives the size of the ZIP. */
async function keep(
  { bundles, spoolDir, space }: AllRoomsJobParts,
  { id, fence }: Job,
  collection: Parameters<typeof writeCollection>[1],
  signal: AbortSignal,
): Promise<number | undefined> {
  // of this run alone: one that was taken for dead may still be writing its own
  const zip = join(spoolDir, `${id}.${fence}.zip`);
  try {
    await writeCollection(spoolFile(zip, space), collection, signal);
    signal.throwIfAborted();
    await patientWithStorage(() => bundles.put(id, zip, signal), signal);
    return await bundles.size(id);
  } finally {
    await rm(zip, { force: true });
  }
}
