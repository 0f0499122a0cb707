import { z } from "zod";
import { newRoomOptions, policyChanges, workspacesOptions } from "../../rooms/options.ts";
import { table, type Output } from "../output.ts";
import { queryOf, typedRequest } from "../service/typed-options.ts";
import type { ServiceClient } from "../service/service-client.ts";

const ROOM = z.looseObject({
  room_id: z.string(),
  name: z.string().nullable(),
  scope_kind: z.string(),
  visibility: z.string(),
  read_role_slugs: z.array(z.string()),
  membership: z.string().nullable(),
});
const MADE = ROOM.extend({ uninvited: z.array(z.string()) });
const ROOMS = z.looseObject({ rooms: z.array(ROOM) });
const WORKSPACES = z.looseObject({
  workspaces: z.array(z.looseObject({ room_id: z.string(), name: z.string().nullable(), slug: z.string().nullable() })),
});
const CLOSED = z.looseObject({ closed: z.boolean(), events: z.string().nullable() });
const DONE = z.looseObject({});

/** Makes a room, and prints its id. */
export async function createRoom(client: ServiceClient, name: string, options: object, output: Output): Promise<void> {
  const body = typedRequest(newRoomOptions, options, { name });
  const room = await client.ask("POST", "/v1/rooms", MADE, body);
  for (const userId of room.uninvited) output.note(`${userId} could not be invited.`);
  output.result(room.room_id, room);
}

export async function listRooms(client: ServiceClient, output: Output): Promise<void> {
  const { rooms } = await client.ask("GET", "/v1/rooms", ROOMS);
  if (rooms.length === 0) output.note("There are no rooms to show.");
  const rows = rooms.map((room) => [
    room.room_id,
    room.name ?? "-",
    room.scope_kind,
    [room.visibility, ...room.read_role_slugs].join(" "),
    room.membership ?? "-",
  ]);
  output.result(rows.length === 0 ? "" : table([["ROOM", "NAME", "SCOPE", "VISIBILITY", "YOU"], ...rows]), rooms);
}

export async function listWorkspaces(client: ServiceClient, options: object, output: Output): Promise<void> {
  const query = queryOf(typedRequest(workspacesOptions, options)).toString();
  const { workspaces } = await client.ask("GET", `/v1/workspaces${query && `?${query}`}`, WORKSPACES);
  if (workspaces.length === 0) output.note("There is no space in which you may make rooms.");
  const rows = workspaces.map(({ slug, name, room_id }) => [slug ?? "-", name ?? "-", room_id]);
  output.result(rows.length === 0 ? "" : table([["SLUG", "NAME", "ROOM"], ...rows]), workspaces);
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

export async function closeRoom(client: ServiceClient, roomId: string, output: Output): Promise<void> {
  const closed = await client.ask("POST", roomPath(roomId, "close"), CLOSED);
  const { events } = closed;
  output.note(
    events === null ? "Still closing; it continues in the background." : `Closed: what was said is ${events}.`,
  );
  if (output.json) output.result("", closed);
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

function roomPath(roomId: string, act: string): string {
  return `/v1/rooms/${encodeURIComponent(roomId)}/${act}`;
}
