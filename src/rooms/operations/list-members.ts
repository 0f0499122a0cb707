import type { ClientEvent } from "../../matrix/event.ts";
import { stringMember } from "../../matrix/json.ts";
import { powerOf } from "../../matrix/power-levels.ts";
import type { PolicyStore } from "../../ports/policy-store.ts";
import { CHECK_MS, requireJoined, requireRoomId } from "../../requests/access.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import type { Caller, Requester } from "../../requests/requester.ts";
import { MEMBERSHIPS, WERE_IN_ROOM, type Membership } from "../options.ts";
import type { RoomAccess } from "../room-access.ts";
import type { RoomOperationParts } from "./room-operation.ts";

/** Somebody who is in a room, or was, or is invited. */
export interface RoomMember {
  user_id: string;
  /** as the room has it; null: none */
  display_name: string | null;
  membership: Membership;
  /** null: a creator, who stands above every level (room version 12 and later) */
  power_level: number | null;
}

/**
 * Who is or was in a room, or is invited, as `memberships` says, in the order of their names. It is read with the requester's own token;
 * for an admin token, and for whoever looks after a room that the service made, as the service user.
 * @throws RequestError forbidden where the requester is not in the room, or may not know of it
 */
export type ListMembers = (
  roomId: string,
  requester: Requester,
  memberships?: readonly Membership[],
) => Promise<RoomMember[]>;

const NOT_IN_ROOM = "You are not in this room";

export function listMembers(
  parts: Pick<RoomOperationParts, "operate" | "homeserver"> & {
    access: Pick<RoomAccess, "hides">;
    policies: Pick<PolicyStore, "get">;
  },
): ListMembers {
  const { operate, homeserver, access } = parts;
  return (roomId, requester, memberships = WERE_IN_ROOM) =>
    operate(
      {},
      requester,
      async ({ caller }) => {
        requireRoomId(roomId);
        const { userId, accessToken } = caller;
        const signal = AbortSignal.timeout(CHECK_MS);
        const asService = accessToken === undefined || (await looksAfter(roomId, caller, parts.policies));
        const { reader } = asService ? homeserver.asService(signal) : homeserver.asUser(userId, accessToken, signal);
        await requireJoined(reader, roomId, reader.userId, NOT_IN_ROOM);
        if (await access.hides(roomId, caller)) throw new RequestError("forbidden", "M_FORBIDDEN", NOT_IN_ROOM);
        return membersIn(await reader.state(roomId, signal))
          .filter(({ membership }) => memberships.includes(membership))
          .toSorted(byName);
      },
      { session: true },
    );
}

/** An admin, or the person for whom the service made the room. */
async function looksAfter(
  roomId: string,
  { userId, admin }: Caller,
  policies: Pick<PolicyStore, "get">,
): Promise<boolean> {
  const room = await policies.get(roomId);
  return room !== undefined && room.closing_at === null && (admin || room.owner === userId);
}

function membersIn(state: readonly ClientEvent[]): RoomMember[] {
  const of = (wanted: string) => state.find(({ type, state_key }) => type === wanted && state_key === "");
  const [create, levels] = [of("m.room.create"), of("m.room.power_levels")];
  const members: RoomMember[] = [];
  for (const { type, state_key: user_id, content, unsigned } of state) {
    const membership = MEMBERSHIPS.find((each) => each === stringMember(content, "membership"));
    if (type !== "m.room.member" || user_id === undefined || membership === undefined) continue;
    // who leaves takes their name along: it stands in the event before
    const display_name = nameIn(content) ?? nameIn(unsigned?.["prev_content"]);
    const power = create ? powerOf(create, levels, user_id) : 0;
    members.push({ user_id, display_name, membership, power_level: Number.isFinite(power) ? power : null });
  }
  return members;
}

function nameIn(content: Parameters<typeof stringMember>[0]): string | null {
  return stringMember(content, "displayname") || null;
}

function byName(a: RoomMember, b: RoomMember): number {
  const [first, second] = [a, b].map(({ display_name, user_id }) => display_name ?? user_id.slice(1));
  return (first ?? "").localeCompare(second ?? "", "en") || a.user_id.localeCompare(b.user_id, "en");
}
