import { stringMember } from "../../matrix/json.ts";
import { CHECK_MS, requireJoined, requireRoomId } from "../../requests/access.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import type { Requester } from "../../requests/requester.ts";
import type { RoomAccess } from "../room-access.ts";
import type { RoomOperationParts } from "./room-operation.ts";

/** Somebody who is in a room, or was. */
export interface RoomMember {
  user_id: string;
  /** as the room has it; null: none */
  display_name: string | null;
  membership: "join" | "leave" | "ban";
}

/**
 * Who is or was in a room, read with the requester's own token, in the order of their names; for an admin token as the service user.
 * Who was only invited is not among them. @throws RequestError forbidden where the requester is not in the room, or may not know of it
 */
export type ListMembers = (roomId: string, requester: Requester) => Promise<RoomMember[]>;

const NOT_IN_ROOM = "You are not in this room";

export function listMembers({
  operate,
  homeserver,
  access,
}: Pick<RoomOperationParts, "operate" | "homeserver"> & { access: Pick<RoomAccess, "hides"> }): ListMembers {
  return (roomId, requester) =>
    operate({}, requester, async ({ caller }) => {
      requireRoomId(roomId);
      const { userId, accessToken } = caller;
      const signal = AbortSignal.timeout(CHECK_MS);
      const { reader } =
        accessToken === undefined ? homeserver.asService(signal) : homeserver.asUser(userId, accessToken, signal);
      await requireJoined(reader, roomId, reader.userId, NOT_IN_ROOM);
      if (await access.hides(roomId, caller)) throw new RequestError("forbidden", "M_FORBIDDEN", NOT_IN_ROOM);
      const members: RoomMember[] = [];
      for (const { type, state_key: user_id, content, unsigned } of await reader.state(roomId, signal)) {
        const membership = stringMember(content, "membership");
        if (type !== "m.room.member" || user_id === undefined) continue;
        if (membership !== "join" && membership !== "leave" && membership !== "ban") continue;
        // who leaves takes their name along: it stands in the event before
        const display_name = nameIn(content) ?? nameIn(unsigned?.["prev_content"]);
        members.push({ user_id, display_name, membership });
      }
      return members.toSorted(byName);
    });
}

function nameIn(content: Parameters<typeof stringMember>[0]): string | null {
  return stringMember(content, "displayname") || null;
}

function byName(a: RoomMember, b: RoomMember): number {
  const [first, second] = [a, b].map(({ display_name, user_id }) => display_name ?? user_id.slice(1));
  return (first ?? "").localeCompare(second ?? "", "en") || a.user_id.localeCompare(b.user_id, "en");
}
