import { RequestError } from "../../requests/failures/failure.ts";
import type { Requester } from "../../requests/requester.ts";
import { requireFit } from "../new-room.ts";
import { membershipOf, requireModerator } from "../room-access.ts";
import { roomFor, rulesOf, service, type RoomOperationParts } from "./room-operation.ts";

/** Invites somebody into a room that the service made. @throws RequestError */
export type InviteUser = (roomId: string, userId: string, requester: Requester) => Promise<void>;

export function inviteUser(parts: RoomOperationParts): InviteUser {
  return (roomId, userId, requester) =>
    parts.operate({ action: "room_invite", room_id: roomId, target: userId }, requester, async ({ caller, record }) => {
      const { reader, writer } = service(parts);
      const room = await roomFor(parts, roomId, caller, reader);
      // who holds a role may come in by themselves
      const oneself = userId === caller.userId && room.policy.visibility === "restricted";
      if (!oneself) await requireModerator(room, caller, reader);
      await requireFit([userId], room.policy, rulesOf(parts));
      const membership = await membershipOf(reader, roomId, userId);
      if (membership === "ban")
        throw new RequestError("forbidden", "M_FORBIDDEN", "That person is banned from this room");
      if (membership !== "join" && membership !== "invite") await writer.invite(roomId, userId);
      await record({ outcome: "done" });
    });
}
