import type { JobContext } from "../../jobs/job-run.ts";
import type { JobDefinition } from "../../jobs/job-table.ts";
import type { JsonObject } from "../../matrix/json.ts";
import type { Clock } from "../../ports/clock.ts";
import type { HomeserverAccess } from "../../ports/homeserver/homeserver-access.ts";
import type { Job } from "../../ports/job-store.ts";
import type { Logger } from "../../ports/logger.ts";
import { requireJoined } from "../../requests/access.ts";
import { mayPass } from "../../requests/failures/job-error.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import type { TurnsByOwner } from "../../requests/limits/turns-by-owner.ts";
import { collectRooms, openSpool } from "../collection/collect-rooms.ts";
import type { ExportOneParts } from "../collection/export-one.ts";
import { keepCollection, type KeepCollectionParts } from "../collection/keep-collection.ts";
import { outcomesIndex } from "../collection/outcomes-index.ts";
import type { OutcomeSpool } from "../collection/outcome-spool.ts";
import type { RoomOutcome } from "../collection/room-outcome.ts";
import type { ExportSpools } from "../export-spools.ts";
import { exportFileName } from "../file-name.ts";
import { requireOpen } from "../kept/still-theirs.ts";
import type { UserStorage } from "../kept/user-storage.ts";
import { leftOut } from "./left-out.ts";
import { readSpaceExportParams } from "./space-export-params.ts";

export interface SpaceExportJobParts extends ExportOneParts, KeepCollectionParts {
  homeserver: HomeserverAccess;
  userStorage: Pick<UserStorage, "put">;
  spools: ExportSpools;
  /** rooms that this process reads side by side, of one owner and in all */
  turns: TurnsByOwner;
  /** name and version of this program */
  generator: string;
  clock: Clock;
  logger: Logger;
}

/**
 * A space and the rooms below it as one collection, kept in the bundle store under the job's id. Rooms that are done stay on this machine
 * until the job has ended: they are not read again.
 */
export function spaceExportJob(parts: SpaceExportJobParts): JobDefinition {
  return {
    action: "space_export",
    permission: "user",
    onBehalfOf(job) {
      const { visible_to: visibleTo } = readSpaceExportParams(job);
      return visibleTo === job.owner ? null : visibleTo;
    },
    async work(job, context) {
      try {
        return await exportSpace(parts, job, context);
      } catch (error) {
        if (!context.signal.aborted && !mayPass(error)) await parts.spools.remove(job.id);
        throw error;
      }
    },
  };
}

async function exportSpace(
  parts: SpaceExportJobParts,
  job: Job,
  { signal, permit, onProgress }: JobContext,
): Promise<JsonObject> {
  const { homeserver, policies, userStorage, turns, serverName, generator, clock } = parts;
  const { room_id: spaceId } = job;
  if (spaceId === null) throw new RequestError("internal", "M_UNKNOWN", "The job names no space");
  const { visible_to, ignored, options, up_to: upTo, rooms, left_out } = readSpaceExportParams(job);
  const visibleTo = visible_to ?? undefined;
  requireOpen(await policies.get(spaceId));
  const { reader, media } = homeserver.asService(signal, permit);
  // they may have left since they asked
  if (visibleTo !== undefined) await requireJoined(reader, spaceId, visibleTo, "You are not in this space any more");
  const { spool, startedOver } = await openSpool(parts, job);
  try {
    const source = {
      ...{ reader, media, seesAll: false, visibleTo, asMember: true, ignored, options },
      ...(upTo !== undefined && { upTo: { roomId: spaceId, eventId: upTo } }),
    };
    await collectRooms(parts, job, rooms, source, spool, { signal, onProgress }, (act) => turns.run(job.owner, act));

    const outcomes = inOrder(rooms, spool);
    const unread = outcomes.filter(({ kind }) => kind === "other").map(({ room_id }) => room_id);
    const space = {
      roomId: spaceId,
      leftOut: [...left_out, ...unread.map((room_id) => ({ room_id, code: "not_joined" as const }))].map(leftOut),
    };
    const facts = { generator, exportedAt: clock.now(), requestedBy: job.owner, serverName, userId: visibleTo, space };
    const index = outcomesIndex({ ...facts, scope: "service" }, outcomes);
    const put = (file: string): Promise<void> => userStorage.put(job, file, signal);
    const size = await keepCollection(parts, job, { index, outcomes, spool }, put, signal);
    const name = index.rooms.find(({ room_id }) => room_id === spaceId)?.name ?? "space";
    return {
      file_name: exportFileName(name, index.exported_at),
      size,
      counts: { ...index.counts },
      ...(startedOver && { started_over: true }),
    };
  } finally {
    await spool.close();
  }
}

/** What became of the rooms, in the order of the space. */
function inOrder(rooms: readonly string[], { outcomes }: OutcomeSpool): RoomOutcome[] {
  return rooms.flatMap((roomId) => outcomes.get(roomId) ?? []);
}
