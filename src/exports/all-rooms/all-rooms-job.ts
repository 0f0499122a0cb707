import pLimit from "p-limit";
import type { JsonObject } from "../../matrix/json.ts";
import type { BundleStore } from "../../ports/bundle-store.ts";
import type { Clock } from "../../ports/clock.ts";
import { HomeserverError, type RoomReader } from "../../ports/homeserver/homeserver.ts";
import type { HomeserverAccess, Permit } from "../../ports/homeserver/homeserver-access.ts";
import type { HomeserverAdmin } from "../../ports/homeserver/homeserver-admin.ts";
import type { Job } from "../../ports/job-store.ts";
import type { Logger } from "../../ports/logger.ts";
import type { JobContext } from "../../jobs/job-run.ts";
import type { JobDefinition } from "../../jobs/job-table.ts";
import { mayPass } from "../../requests/failures/job-error.ts";
import { collectRooms, openSpool } from "../collection/collect-rooms.ts";
import type { ExportOneParts, RoomSource } from "../collection/export-one.ts";
import { keepCollection, type KeepCollectionParts } from "../collection/keep-collection.ts";
import { outcomesIndex } from "../collection/outcomes-index.ts";
import type { ExportSpools } from "../export-spools.ts";
import { WHOLE_ROOM } from "../options.ts";
import { readGdprParams } from "./all-rooms-params.ts";

export interface AllRoomsJobParts extends ExportOneParts, KeepCollectionParts {
  homeserver: HomeserverAccess;
  /** where the service may use the homeserver's admin API */
  admin: ((signal: AbortSignal, permit: Permit) => HomeserverAdmin) | undefined;
  bundles: Pick<BundleStore, "put">;
  spools: ExportSpools;
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
  const { spool, startedOver } = await openSpool({ spools, logger }, job);
  try {
    const joined = await service.writer.joinedRooms();
    const rooms = [...new Set([...joined, ...(administrator?.rooms ?? [])])].sort();
    const { media } = service;
    const what = { media, visibleTo: userId, asMember: () => false, options: WHOLE_ROOM };
    const source: RoomSource = administrator
      ? { ...what, reader: administrator.reader, seesAll: true }
      : { ...what, reader: service.reader, seesAll: false };
    await collectRooms(parts, job, rooms, source, spool, { signal, onProgress }, pLimit(1));

    const outcomes = [...spool.outcomes.values()].sort((a, b) => (a.room_id < b.room_id ? -1 : 1));
    const facts = { generator, exportedAt: clock.now(), requestedBy: job.owner, serverName, userId };
    const index = outcomesIndex({ ...facts, scope: administrator ? "homeserver" : "service" }, outcomes);
    const put = (file: string): Promise<void> => parts.bundles.put(job.id, file, signal);
    const size = await keepCollection(parts, job, { index, outcomes, spool }, put, signal);
    return {
      file_name: `rooms-${index.exported_at.slice(0, 10)}.zip`,
      size,
      counts: { ...index.counts },
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
