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
import { collectRooms, openSpool } from "./collect-rooms.ts";
import type { ExportOneParts } from "./export-one.ts";
import { keepCollection, type KeepCollectionParts } from "./keep-collection.ts";
import { outcomesIndex } from "./outcomes-index.ts";
import type { OutcomeSpool } from "./outcome-spool.ts";
import type { RoomOutcome } from "./room-outcome.ts";
import type { ExportSpools } from "../export-spools.ts";
import { exportFileName } from "../file-name.ts";
import { requireOpen } from "../kept/still-theirs.ts";
import type { UserStorage } from "../kept/user-storage.ts";
import { leftOut, type LeftOut } from "./left-out.ts";
import { readListedRoomsParams } from "./listed-rooms-params.ts";

export interface ListedRoomsJobParts extends ExportOneParts, KeepCollectionParts {
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

/** What the rooms are those of, and the member of the index that names it. */
const ROOTS = {
  space_export: { member: "space", left: "You are not in this space any more" },
  predecessors_export: { member: "upgraded_room", left: "You are not in this room any more" },
} as const;

/**
 * A space and the rooms below it, or a room and its predecessors, as one collection, kept in the bundle store under the job's id. Rooms
 * that are done stay on this machine until the job has ended: they are not read again.
 */
export function listedRoomsJob(parts: ListedRoomsJobParts, kind: keyof typeof ROOTS): JobDefinition {
  return {
    action: kind,
    permission: "user",
    onBehalfOf(job) {
      const { visible_to: visibleTo } = readListedRoomsParams(job);
      return visibleTo === job.owner ? null : visibleTo;
    },
    async work(job, context) {
      try {
        return await exportRooms(parts, job, context, ROOTS[kind]);
      } catch (error) {
        if (!context.signal.aborted && !mayPass(error)) await parts.spools.remove(job.id);
        throw error;
      }
    },
  };
}

async function exportRooms(
  parts: ListedRoomsJobParts,
  job: Job,
  { signal, permit, onProgress }: JobContext,
  root: (typeof ROOTS)[keyof typeof ROOTS],
): Promise<JsonObject> {
  const { homeserver, policies, userStorage, turns, serverName, generator, clock } = parts;
  const { room_id: rootId } = job;
  if (rootId === null) throw new RequestError("internal", "M_UNKNOWN", "The job names no room");
  const { visible_to, ignored, options, up_to: upTo, rooms, predecessors, left_out } = readListedRoomsParams(job);
  const visibleTo = visible_to ?? undefined;
  requireOpen(await policies.get(rootId));
  const { reader, media } = homeserver.asService(signal, permit);
  // they may have left since they asked
  if (visibleTo !== undefined) await requireJoined(reader, rootId, visibleTo, root.left);
  const { spool, startedOver } = await openSpool(parts, job);
  try {
    const source = {
      ...{ reader, media, seesAll: false, visibleTo, ignored, options },
      asMember: (roomId: string) => !predecessors.includes(roomId),
      ...(upTo !== undefined && { upTo: { roomId: rootId, eventId: upTo } }),
    };
    await collectRooms(parts, job, rooms, source, spool, { signal, onProgress }, (act) => turns.run(job.owner, act));

    const outcomes = inOrder(rooms, spool);
    const unread = outcomes.filter(({ kind }) => kind === "other").map(({ room_id }) => room_id);
    const codeOf = (roomId: string): LeftOut["code"] => (predecessors.includes(roomId) ? "never_joined" : "not_joined");
    const listed = {
      root: { [root.member]: rootId },
      leftOut: [...left_out, ...unread.map((room_id) => ({ room_id, code: codeOf(room_id) }))].map(leftOut),
    };
    const facts = { generator, exportedAt: clock.now(), requestedBy: job.owner, serverName, userId: visibleTo, listed };
    const index = outcomesIndex({ ...facts, scope: "service" }, outcomes);
    const put = (file: string): Promise<void> => userStorage.put(job, file, signal);
    const size = await keepCollection(parts, job, { index, outcomes, spool }, put, signal);
    const name = index.rooms.find(({ room_id }) => room_id === rootId)?.name ?? "rooms";
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

/** What became of the rooms, in the order of the list. */
function inOrder(rooms: readonly string[], { outcomes }: OutcomeSpool): RoomOutcome[] {
  return rooms.flatMap((roomId) => outcomes.get(roomId) ?? []);
}
