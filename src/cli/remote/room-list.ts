import { z } from "zod";
import { workspacesOptions } from "../../rooms/options.ts";
import { table, type Output } from "../output.ts";
import { joinedRooms } from "../service/joined-rooms.ts";
import type { ServiceClient } from "../service/service-client.ts";
import { queryOf, typedRequest } from "../service/typed-options.ts";
import { ROOM } from "./manage-rooms.ts";

const ROOMS = z.looseObject({ rooms: z.array(ROOM) });
const WORKSPACES = z.looseObject({
  workspaces: z.array(z.looseObject({ room_id: z.string(), name: z.string().nullable(), slug: z.string().nullable() })),
});

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

/** Every room that the person is in. */
export async function listJoinedRooms(client: ServiceClient, output: Output): Promise<void> {
  const rooms = await joinedRooms(client);
  if (rooms.length === 0) output.note("You are in no room.");
  const rows = rooms.map(({ room_id, name, alias, type, members, encrypted, heroes }) => [
    room_id,
    name ?? (heroes.length > 0 ? `with ${heroes.join(", ")}` : "-"),
    alias ?? "-",
    members === null ? "-" : String(members),
    [type === null ? "room" : type.replace(/^m\./, ""), ...(encrypted ? ["encrypted"] : [])].join(", "),
  ]);
  output.result(rows.length === 0 ? "" : table([["ROOM", "NAME", "ALIAS", "MEMBERS", "KIND"], ...rows]), rooms);
}
