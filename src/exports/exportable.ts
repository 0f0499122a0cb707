import { refusalsOfRoom } from "../policy/refusals.ts";
import type { RoomReader } from "../ports/homeserver/homeserver.ts";
import type { PolicyStore } from "../ports/policy-store.ts";
import { requireJoined } from "../requests/access.ts";
import { RequestError } from "../requests/failures/failure.ts";
import { refuse } from "../requests/failures/refuse.ts";
import type { Caller } from "../requests/requester.ts";
import { requireOpen } from "./kept/still-theirs.ts";
import type { RoomAccess } from "../rooms/room-access.ts";

export interface ExportRules {
  serverName: string;
  serviceUser: string;
  /** what the service knows of rooms that it made */
  policies: Pick<PolicyStore, "get">;
  access: Pick<RoomAccess, "hides">;
}

/**
 * The reader and the caller are in the room, the caller may know of it, and nothing there refuses to travel. Who is not in the room learns
 * nothing about it: neither whether the service is, nor what kind of room it is.
 * @throws RequestError forbidden, invalid with the refusals, gone where it is being closed; HomeserverError, StoreAway
 */
export async function requireExportable(
  roomId: string,
  caller: Caller,
  reader: RoomReader,
  { serverName, serviceUser, policies, access }: ExportRules,
  signal: AbortSignal,
): Promise<void> {
  const asMember = reader.userId === serviceUser && !caller.adminToken;
  const absent = asMember
    ? `You are not in this room, or ${serviceUser} is not: both must be in it`
    : reader.userId === serviceUser
      ? `${serviceUser} is not in this room: invite it there first`
      : "You are not in this room";
  await requireJoined(reader, roomId, reader.userId, absent);
  if (asMember) await requireJoined(reader, roomId, caller.userId, absent);
  // the same answer as for a room that does not exist
  if (await access.hides(roomId, caller)) throw new RequestError("forbidden", "M_FORBIDDEN", absent);
  const recorded = await policies.get(roomId);
  requireOpen(recorded);
  refuse(refusalsOfRoom(await reader.state(roomId, signal), serverName, recorded?.policy));
}
