import { z } from "zod";
import { newRoomOptions, policyChanges } from "../../rooms/options.ts";
import type { Output } from "../output.ts";
import { roomPath } from "../service/room-name.ts";
import { typedRequest } from "../service/typed-options.ts";
import type { ServiceClient } from "../service/service-client.ts";

/** A room that the service made, as it shows it; what it has beyond this is kept. */
export const ROOM = z.looseObject({
  room_id: z.string(),
  name: z.string().nullable(),
  scope_kind: z.string(),
  visibility: z.string(),
  read_role_slugs: z.array(z.string()),
  membership: z.string().nullable(),
});
const MADE = ROOM.extend({ uninvited: z.array(z.string()) });
const DONE = z.looseObject({});

/** Makes a room, and prints its id. */
export async function createRoom(client: ServiceClient, name: string, options: object, output: Output): Promise<void> {
  const body = typedRequest(newRoomOptions, options, { name });
  const room = await client.ask("POST", "/v1/rooms", MADE, body);
  for (const userId of room.uninvited) output.note(`${userId} could not be invited.`);
  output.result(room.room_id, room);
}

export async function changeMember(
  client: ServiceClient,
  act: "invite" | "kick",
  roomId: string,
  userId: string,
  output: Output,
): Promise<void> {
  const done = await client.ask("POST", roomPath(roomId, act), DONE, { user_id: userId });
  output.note(`${userId} is ${act === "invite" ? "invited" : "removed"}.`);
  if (output.json) output.result("", done);
}

export async function changePolicy(
  client: ServiceClient,
  roomId: string,
  options: object,
  output: Output,
): Promise<void> {
  const body = typedRequest(policyChanges, options);
  const room = await client.ask("PUT", roomPath(roomId, "policy"), ROOM, body);
  output.note("The rules of the room are changed.");
  if (output.json) output.result("", room);
}
