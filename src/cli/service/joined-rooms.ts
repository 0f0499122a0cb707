import { z } from "zod";
import type { ServiceClient } from "./service-client.ts";

const JOINED_ROOM = z.looseObject({
  room_id: z.string(),
  name: z.string().nullable(),
  alias: z.string().nullable(),
  type: z.string().nullable(),
  members: z.number().nullable(),
  encrypted: z.boolean(),
  heroes: z.array(z.string()),
  /** of a space: what it lists */
  children: z.array(z.string()).default([]),
});
export type JoinedRoom = z.output<typeof JOINED_ROOM>;
const JOINED = z.looseObject({ rooms: z.array(JOINED_ROOM) });

/** Every room that the person is in. @throws CliError */
export async function joinedRooms(client: ServiceClient): Promise<JoinedRoom[]> {
  return (await client.ask("GET", "/v1/rooms/joined", JOINED)).rooms;
}
