import { objectMember, stringMember } from "../../matrix/json.ts";
import { POLICY } from "../../matrix/names.ts";
import { refusalsOfRoom } from "../../policy/refusals.ts";
import { HomeserverError, type RoomReader } from "../../ports/homeserver/homeserver.ts";
import type { Caller } from "../../requests/requester.ts";
import { membershipOf } from "../../rooms/room-access.ts";
import type { ExportRules } from "../exportable.ts";
import type { LeftOut } from "../collection/left-out.ts";
import { isOver } from "../kept/still-theirs.ts";
import { walkPredecessors, type RoomLinks } from "./walk-predecessors.ts";

/** Memberships of somebody who is or was in a room, or was kept out of it: what they may see of it is decided where it is read. */
const HAS_BEEN = ["join", "leave", "ban"];

/**
 * Which predecessors of a room are to be read for the caller, the latest first, and which were named and are not.
 * @param reader in each of them as the service user
 * @throws HomeserverError, StoreAway
 */
export function planPredecessors(
  roomId: string,
  caller: Caller,
  reader: RoomReader,
  rules: ExportRules,
): Promise<{ rooms: string[]; leftOut: LeftOut[] }> {
  return walkPredecessors(roomId, async (id) => {
    try {
      const isTheirs = caller.adminToken || HAS_BEEN.includes((await membershipOf(reader, id, caller.userId)) ?? "");
      if (!isTheirs || (await rules.access.hides(id, caller))) return undefined;
      return await linksOf(id, reader, rules);
    } catch (error) {
      if (error instanceof HomeserverError && error.isAbsentOrForbidden) return undefined;
      throw error;
    }
  });
}

async function linksOf(
  roomId: string,
  reader: RoomReader,
  { policies, serverName }: ExportRules,
): Promise<RoomLinks | undefined> {
  const create = await reader.stateEvent(roomId, "m.room.create", "");
  if (!create) return undefined;
  const tombstone = await reader.stateEvent(roomId, "m.room.tombstone", "");
  const policy = await reader.stateEvent(roomId, POLICY, "");
  const recorded = await policies.get(roomId);
  const refusals = refusalsOfRoom(policy ? [policy] : [], serverName, recorded?.policy);
  return {
    predecessor: stringMember(objectMember(create.content, "predecessor"), "room_id"),
    replacement: stringMember(tombstone?.content, "replacement_room"),
    ends: isOver(recorded) || refusals.some(({ code }) => code === "scope_incognito"),
  };
}
