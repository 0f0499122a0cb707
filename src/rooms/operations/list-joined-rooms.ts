import type { JoinedRoom } from "../../ports/homeserver/joined-room.ts";
import { CHECK_MS } from "../../requests/access.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import type { Requester } from "../../requests/requester.ts";
import type { RoomOperationParts } from "./room-operation.ts";

/**
 * The rooms that the requester is in, read with their own token, in the order of their names; without those that must not exist for them.
 * @throws RequestError
 */
export type ListJoinedRooms = (requester: Requester) => Promise<JoinedRoom[]>;

export function listJoinedRooms({
  operate,
  homeserver,
  policies,
  access,
}: Pick<RoomOperationParts, "operate" | "homeserver" | "policies" | "access">): ListJoinedRooms {
  return (requester) =>
    operate({}, requester, async ({ caller }) => {
      const { userId, accessToken } = caller;
      if (accessToken === undefined)
        throw new RequestError(
          "invalid",
          "M_INVALID_PARAM",
          "An admin token is in no rooms: use the Matrix access token of the person whose rooms you want to see",
        );
      const rooms = await homeserver.asUser(userId, accessToken, AbortSignal.timeout(CHECK_MS)).joinedRooms();
      const made = new Set((await policies.open()).map(({ room_id }) => room_id));
      const hidden = new Set<string>();
      for (const { room_id } of rooms)
        if (made.has(room_id) && (await access.hides(room_id, caller))) hidden.add(room_id);
      return rooms.filter(({ room_id }) => !hidden.has(room_id)).toSorted(byName);
    });
}

/** Those without a name come last. */
function byName(a: JoinedRoom, b: JoinedRoom): number {
  if (a.name === null || b.name === null) return Number(a.name === null) - Number(b.name === null);
  return a.name.localeCompare(b.name, "en") || a.room_id.localeCompare(b.room_id, "en");
}
