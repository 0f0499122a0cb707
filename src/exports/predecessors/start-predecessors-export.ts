import { CHECK_MS, requireRoomId } from "../../requests/access.ts";
import { jobIdOf } from "../../requests/job-id.ts";
import { actorOf } from "../../requests/requester.ts";
import { listedRoomsParams } from "../collection/listed-rooms-params.ts";
import { requireExportable } from "../exportable.ts";
import type { StartSpaceExport, StartSpaceExportParts } from "../space/start-space-export.ts";
import { planPredecessors } from "./plan-predecessors.ts";

/** A hundred rooms may have to be looked at, in milliseconds. */
const WALK_MS = 3 * CHECK_MS;

/**
 * Queues the export of a room and its predecessors as one collection, the room first. Each is read as the service user and narrowed to what
 * the requester may see, as it would be alone; in the room they must be, in its predecessors they may have been. Otherwise as
 * `StartSpaceExport`.
 */
export function startPredecessorsExport(parts: StartSpaceExportParts): StartSpaceExport {
  const { operate, control, jobAccess, homeserver, rules } = parts;
  return (roomId, requester, { requestId, upTo, with_predecessors: _asked, ...options }) => {
    const entry = { action: "predecessors_export", room_id: roomId, details: ["as_service"] } as const;
    return operate(entry, requester, async ({ caller }) => {
      requireRoomId(roomId);
      const { userId, adminToken, accessToken } = caller;
      const id = jobIdOf(userId, requestId);
      const known = await control.get(id);
      if (known) return known;
      const soon = AbortSignal.timeout(CHECK_MS);
      await requireExportable(roomId, caller, homeserver.asService(soon).reader, rules, soon);
      const { reader } = homeserver.asService(AbortSignal.timeout(WALK_MS));
      const { rooms: predecessors, leftOut } = await planPredecessors(roomId, caller, reader, rules);
      const { ignored = [] } = adminToken
        ? {}
        : await homeserver.account(userId, accessToken, AbortSignal.timeout(CHECK_MS));
      const params = listedRoomsParams({
        visible_to: adminToken ? null : userId,
        ignored,
        ...(upTo !== undefined && { up_to: upTo }),
        options: { ...options },
        rooms: [roomId, ...predecessors],
        predecessors,
        left_out: leftOut,
      });
      const job = { id, kind: "predecessors_export", owner: userId, params, room_id: roomId } as const;
      const granted = { action: "predecessors_export", outcome: "granted", ...actorOf(caller) } as const;
      return await control.queue(job, jobAccess.atMost(caller), { ...granted, details: ["as_service"] });
    });
  };
}
