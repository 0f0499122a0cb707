import type { Requester } from "../../requests/requester.ts";
import type { ShownRoom } from "../shapes.ts";
import { service, type RoomOperationParts } from "./room-operation.ts";

/**
 * The rooms that the requester may know of; an admin's also the others', unless `own`.
 * @throws RequestError
 */
export type ListRooms = (requester: Requester, options?: { own?: boolean }) => Promise<ShownRoom[]>;

export function listRooms(parts: Pick<RoomOperationParts, "operate" | "directory" | "homeserver">): ListRooms {
  return (requester, { own = false } = {}) =>
    parts.operate({}, requester, ({ caller }) =>
      parts.directory.rooms({ userId: caller.userId, admin: caller.admin && !own }, service(parts).reader),
    );
}
