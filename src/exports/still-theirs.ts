import { refusalsOfRoom } from "../policy/refusals.ts";
import type { Job } from "../ports/job-store.ts";
import type { PolicyStore } from "../ports/policy-store.ts";
import type { Requester } from "../requests/requester.ts";
import { refuse } from "../requests/refuse.ts";
import type { RoomAccess } from "../rooms/room-access.ts";

/**
 * May the requester still have what an export has kept of a room? Not where they have lost its role since.
 * @throws RequestError invalid where the room has become incognito; HomeserverError, StoreAway
 */
export async function isStillTheirs(
  { room_id: roomId }: Pick<Job, "room_id">,
  requester: Requester,
  rules: { policies: Pick<PolicyStore, "get">; access: Pick<RoomAccess, "hides">; serverName: string },
): Promise<boolean> {
  // an export of all rooms is of none
  if (roomId === null) return true;
  refuse(refusalsOfRoom([], rules.serverName, (await rules.policies.get(roomId))?.policy));
  return !(await rules.access.hides(roomId, requester));
}
