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
});
const JOINED = z.looseObject({ rooms: z.array(JOINED_ROOM) });

/** Every room that the person is in. @throws CliError */
export async function joinedRooms(client: ServiceClient): Promise<z.output<typeof JOINED_ROOM>[]> {
  return (await client.ask("GET", "/v1/rooms/joined", JOINED)).rooms;
}
