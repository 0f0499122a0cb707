import type { JsonObject } from "../../matrix/json.ts";
import type { HomeserverAccess } from "../../ports/homeserver/homeserver-access.ts";
import type { RoomReader } from "../../ports/homeserver/homeserver.ts";
import type { HierarchyRoom } from "../../ports/homeserver/space-reader.ts";
import type { Job } from "../../ports/job-store.ts";
import type { JobAccess } from "../../jobs/job-access.ts";
import type { JobControl } from "../../jobs/job-control.ts";
import { CHECK_MS, requireRoomId } from "../../requests/access.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import { jobIdOf } from "../../requests/job-id.ts";
import type { RunOperation } from "../../requests/operation.ts";
import { actorOf, type Caller, type Requester } from "../../requests/requester.ts";
import { membershipOf } from "../../rooms/room-access.ts";
import type { LeftOut } from "../collection/left-out.ts";
import { requireExportable, type ExportRules } from "../exportable.ts";
import { planPredecessors } from "../predecessors/plan-predecessors.ts";
import type { SpaceExportOptions } from "./options.ts";
import { planSpace, type SpacePlan } from "./plan-space.ts";
import { listedRoomsParams } from "../collection/listed-rooms-params.ts";

/**
 * Queues the export of a space and the rooms below it that the requester is in, as one collection: each room is read as the service user
 * and narrowed to what the requester may see, as it would be alone. `requestId`, `upTo` (of the space itself): as for `StartExport`.
 * @throws RequestError
 */
export type StartSpaceExport = (
  spaceId: string,
  requester: Requester,
  options: SpaceExportOptions & { requestId?: string; upTo?: string },
) => Promise<Job>;

export interface StartSpaceExportParts {
  operate: RunOperation;
  control: Pick<JobControl, "get" | "queue">;
  jobAccess: Pick<JobAccess, "atMost">;
  homeserver: Pick<HomeserverAccess, "asUser" | "asService" | "account">;
  rules: ExportRules;
}

export type PlanParts = Pick<StartSpaceExportParts, "homeserver" | "rules">;

/** More do not go into one job. */
const MOST_ROOMS = 5_000;
/** A space of many rooms takes its time, in milliseconds. */
const HIERARCHY_MS = 3 * CHECK_MS;

export function startSpaceExport(parts: StartSpaceExportParts): StartSpaceExport {
  const { operate, control, jobAccess } = parts;
  return (spaceId, requester, { requestId, upTo, ...options }) => {
    const entry = { action: "space_export", room_id: spaceId, details: ["as_service"] } as const;
    return operate(entry, requester, async ({ caller }) => {
      requireRoomId(spaceId);
      const { userId } = caller;
      const id = jobIdOf(userId, requestId);
      const known = await control.get(id);
      if (known) return known;
      const params = await planSpaceExport(parts, spaceId, caller, options, upTo);
      const job = { id, kind: "space_export", owner: userId, params, room_id: spaceId } as const;
      // the store adds the job's id and its room
      const granted = { action: "space_export", outcome: "granted", ...actorOf(caller) } as const;
      return await control.queue(job, jobAccess.atMost(caller), { ...granted, details: ["as_service"] });
    });
  };
}

/**
 * What a job needs that exports a space for the caller: which rooms, and to whom they are shown.
 * @throws RequestError where the caller may not have the space exported, or it is none; HomeserverError, StoreAway
 */
export async function planSpaceExport(
  parts: PlanParts,
  spaceId: string,
  caller: Caller,
  options: SpaceExportOptions,
  upTo?: string,
): Promise<JsonObject> {
  const { homeserver, rules } = parts;
  const { userId, adminToken, accessToken } = caller;
  const soon = AbortSignal.timeout(CHECK_MS);
  await requireExportable(spaceId, caller, homeserver.asService(soon).reader, rules, soon);
  const plan = await planFor(spaceId, caller, parts);
  const before = options.with_predecessors ? await predecessorsOf(plan, caller, parts) : { rooms: [], leftOut: [] };
  const { ignored = [] } = adminToken ? {} : await homeserver.account(userId, accessToken, soon);
  return listedRoomsParams({
    visible_to: adminToken ? null : userId,
    ignored,
    ...(upTo !== undefined && { up_to: upTo }),
    options,
    rooms: [...plan.rooms, ...before.rooms],
    predecessors: before.rooms,
    left_out: [...plan.leftOut, ...before.leftOut],
  });
}

/** Of all rooms of a space those that they took the place of, and that the space does not have. */
async function predecessorsOf(
  plan: SpacePlan,
  caller: Caller,
  { homeserver, rules }: PlanParts,
): Promise<{ rooms: string[]; leftOut: LeftOut[] }> {
  const { reader } = homeserver.asService(AbortSignal.timeout(HIERARCHY_MS));
  const known = new Set([...plan.rooms, ...plan.leftOut.map(({ room_id }) => room_id)]);
  const found: Awaited<ReturnType<typeof planPredecessors>> = { rooms: [], leftOut: [] };
  for (const roomId of plan.rooms) {
    const { rooms, leftOut } = await planPredecessors(roomId, caller, reader, rules);
    for (const id of rooms) if (!known.has(id)) found.rooms.push(id);
    for (const each of leftOut) if (!known.has(each.room_id)) found.leftOut.push(each);
    for (const id of [...rooms, ...leftOut.map(({ room_id }) => room_id)]) known.add(id);
  }
  return found;
}

/** @throws RequestError invalid where it is no space, or has too many rooms; HomeserverError */
async function planFor(spaceId: string, caller: Caller, { homeserver, rules }: PlanParts): Promise<SpacePlan> {
  const soon = AbortSignal.timeout(HIERARCHY_MS);
  const service = homeserver.asService(soon);
  const { userId, accessToken, adminToken } = caller;
  const own = adminToken || accessToken === undefined ? undefined : homeserver.asUser(userId, accessToken, soon).spaces;
  const hierarchy = await (own ?? service.spaces).hierarchy(spaceId, MOST_ROOMS + 1);
  if (hierarchy.find(({ room_id }) => room_id === spaceId)?.type !== "m.space")
    throw new RequestError("invalid", "M_INVALID_PARAM", `${spaceId} is not a space: export it as a room`);
  if (hierarchy.length > MOST_ROOMS) {
    const message = `This space has more than ${String(MOST_ROOMS)} rooms: export its sub-spaces, one after the other`;
    throw new RequestError("invalid", "M_TOO_LARGE", message);
  }
  const ofService = new Set(await service.spaces.joinedRoomIds());
  const theirs = own && new Set(await own.joinedRoomIds());
  return await planSpace(spaceId, {
    hierarchy,
    isTheirs: own !== undefined || adminToken,
    async isIn(room) {
      if (adminToken) return true;
      return theirs ? theirs.has(room.room_id) : await isInAsSeen(service.reader, room, userId);
    },
    serviceIsIn: (roomId) => ofService.has(roomId),
    hides: (roomId) => rules.access.hides(roomId, caller),
  });
}

/** By what the service user sees. Of a room that is no space it is told when it is read. */
async function isInAsSeen(reader: RoomReader, room: HierarchyRoom, userId: string): Promise<boolean | undefined> {
  if (room.type !== "m.space") return undefined;
  return (await membershipOf(reader, room.room_id, userId)) === "join" || undefined;
}
