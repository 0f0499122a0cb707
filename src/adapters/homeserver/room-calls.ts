/** Rooms: making, entering, leaving, finding them (client-server API, "Rooms"). All throw HomeserverError. */
import type { JsonObject } from "../../matrix/json.ts";
import { arrayOf, stringOf, unlessAbsent } from "./answers.ts";
import { path, type HomeserverClient } from "./client.ts";

/** Gives the new room's id. Never repeated once the homeserver may have seen it. */
export async function createRoom(client: HomeserverClient, options: JsonObject): Promise<string> {
  const call = { method: "POST", path: path`/createRoom`, body: options, repeatable: false } as const;
  return stringOf(call, await client.call(call), "room_id");
}

/** Joins, or accepts an invitation. Gives the room's id. */
export async function joinRoom(client: HomeserverClient, roomIdOrAlias: string): Promise<string> {
  const call = { method: "POST", path: path`/join/${roomIdOrAlias}` } as const;
  return stringOf(call, await client.call(call), "room_id");
}

export async function leaveRoom(client: HomeserverClient, roomId: string): Promise<void> {
  await client.call({ method: "POST", path: path`/rooms/${roomId}/leave` });
}

export async function forgetRoom(client: HomeserverClient, roomId: string): Promise<void> {
  await client.call({ method: "POST", path: path`/rooms/${roomId}/forget` });
}

/** `reason`: the room member's `reason`, shown by clients. */
export async function inviteUser(
  client: HomeserverClient,
  roomId: string,
  userId: string,
  reason?: string,
): Promise<void> {
  const body: JsonObject = reason === undefined ? { user_id: userId } : { user_id: userId, reason };
  await client.call({ method: "POST", path: path`/rooms/${roomId}/invite`, body });
}

export async function kickUser(
  client: HomeserverClient,
  roomId: string,
  userId: string,
  reason: string,
): Promise<void> {
  await client.call({ method: "POST", path: path`/rooms/${roomId}/kick`, body: { user_id: userId, reason } });
}

export async function joinedRooms(client: HomeserverClient): Promise<string[]> {
  const call = { method: "GET", path: path`/joined_rooms` } as const;
  const rooms = arrayOf(call, await client.call(call), "joined_rooms");
  return rooms.filter((room) => typeof room === "string");
}

/** The room that an alias names, or undefined. */
export async function resolveAlias(client: HomeserverClient, alias: string): Promise<string | undefined> {
  const call = { method: "GET", path: path`/directory/room/${alias}` } as const;
  const answer = await unlessAbsent(client.call(call));
  return answer === undefined ? undefined : stringOf(call, answer, "room_id");
}
