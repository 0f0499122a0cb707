import type { RoomReader } from "../../ports/homeserver/homeserver.ts";
import { requireUserId } from "../../requests/access.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import type { Requester } from "../../requests/requester.ts";
import { membershipOf, powerIn, requireModerator } from "../room-access.ts";
import { roomFor, service, type RoomOperationParts } from "./room-operation.ts";

/** Removes somebody from a room that the service made. @throws RequestError */
export type KickUser = (roomId: string, userId: string, requester: Requester) => Promise<void>;

export function kickUser(parts: RoomOperationParts): KickUser {
  return (roomId, userId, requester) =>
    parts.operate({ action: "room_kick", room_id: roomId, target: userId }, requester, async ({ caller, record }) => {
      const { reader, writer } = service(parts);
      const room = await roomFor(parts, roomId, caller, reader);
      requireUserId(userId);
      await requireModerator(room, caller, reader);
      if (userId === reader.userId) throw forbidden("The service user looks after this room and cannot be removed");
      if (!caller.admin && !(await isStronger(roomId, caller.userId, userId, reader)))
        throw forbidden(
          "Your power level in this room is too low to remove that person: it must be higher than theirs",
        );
      const membership = await membershipOf(reader, roomId, userId);
      if (membership !== "join" && membership !== "invite" && membership !== "knock")
        throw new RequestError("not_found", "M_NOT_FOUND", "That person is not in this room");
      await writer.kick(roomId, userId, "Removed by somebody who looks after this room.");
      await record({ outcome: "done" });
    });
}

async function isStronger(roomId: string, userId: string, other: string, reader: RoomReader): Promise<boolean> {
  return (await powerIn(reader, roomId, userId)) > (await powerIn(reader, roomId, other));
}

function forbidden(message: string): RequestError {
  return new RequestError("forbidden", "M_FORBIDDEN", message);
}
