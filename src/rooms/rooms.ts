import { Directory } from "./directory.ts";
import { closeRoom, type CloseRoom } from "./operations/close-room.ts";
import { createRoom, type CreateRoom } from "./operations/create-room.ts";
import { inviteUser, type InviteUser } from "./operations/invite-user.ts";
import { kickUser, type KickUser } from "./operations/kick-user.ts";
import { listMembers, type ListMembers } from "./operations/list-members.ts";
import { listRooms, type ListRooms } from "./operations/list-rooms.ts";
import { listWorkspaces, type ListWorkspaces } from "./operations/list-workspaces.ts";
import { roomByAlias, type RoomByAlias } from "./operations/room-by-alias.ts";
import { listJoinedRooms, type ListJoinedRooms } from "./operations/list-joined-rooms.ts";
import { showNewRoomRules, type ShowNewRoomRules } from "./operations/show-new-room-rules.ts";
import { showRoom, type ShowRoom } from "./operations/show-room.ts";
import type { RoomOperationParts } from "./operations/room-operation.ts";
import { setPolicy, type SetPolicy } from "./operations/set-policy.ts";

/**
 * All that doors can ask for about rooms that the service makes and guards. Everything throws RequestError; a room that the requester
 * may not know of is answered like one that does not exist.
 */
export interface Rooms {
  create: CreateRoom;
  byAlias: RoomByAlias;
  show: ShowRoom;
  list: ListRooms;
  listJoined: ListJoinedRooms;
  listMembers: ListMembers;
  newRoomRules: ShowNewRoomRules;
  workspaces: ListWorkspaces;
  invite: InviteUser;
  kick: KickUser;
  close: CloseRoom;
  setPolicy: SetPolicy;
}

export function roomOperations(given: Omit<RoomOperationParts, "directory">): Rooms {
  const parts = { ...given, directory: new Directory(given.policies, given.access, given.workspaces) };
  return {
    create: createRoom(parts),
    byAlias: roomByAlias(parts),
    show: showRoom(parts),
    list: listRooms(parts),
    listJoined: listJoinedRooms(parts),
    listMembers: listMembers(parts),
    newRoomRules: showNewRoomRules(parts),
    workspaces: listWorkspaces(parts),
    invite: inviteUser(parts),
    kick: kickUser(parts),
    close: closeRoom(parts),
    setPolicy: setPolicy(parts),
  };
}
