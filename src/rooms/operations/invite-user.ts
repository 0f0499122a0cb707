import { RequestError } from "../../requests/failures/failure.ts";
import { HomeserverError, type RoomWriter } from "../../ports/homeserver/homeserver.ts";
import type { Requester } from "../../requests/requester.ts";
import { requireFit } from "../new-room.ts";
import { membershipOf, requireModerator } from "../room-access.ts";
import { invitationReason, notInvited, takesInvitation } from "../../requests/standing.ts";
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
      if (membership !== "join" && membership !== "invite") {
        if (!oneself && !(await takesInvitation(parts.homeserver, userId, [caller.userId]))) throw notInvited();
        await parts.hourly.invitations.during(caller, oneself ? 0 : 1, () =>
          invite(writer, roomId, userId, invitationReason(caller.userId, userId)),
        );
      }
      await record({ outcome: "done" });
    });
}

/** @throws RequestError forbidden where they block invitations; HomeserverError */
async function invite(writer: RoomWriter, roomId: string, userId: string, reason: string): Promise<void> {
  try {
    await writer.invite(roomId, userId, reason);
  } catch (error) {
    throw error instanceof HomeserverError && error.errcode === "M_INVITE_BLOCKED" ? notInvited() : error;
  }
}
