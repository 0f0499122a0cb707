import { z } from "zod";
import type { JoinedRoom } from "../../../ports/homeserver/joined-room.ts";
import { json } from "../../answers.ts";
import { route } from "../../route.ts";

const JOINED_ROOM = z
  .object({
    room_id: z.string(),
    name: z.string().nullable(),
    alias: z.string().nullable().describe("its canonical alias"),
    type: z.string().nullable().describe("such as `m.space`"),
    members: z.number().nullable().describe("how many are joined"),
    encrypted: z.boolean(),
    heroes: z.array(z.string()).describe("of a room without a name: some of its other members"),
    children: z
      .array(z.string())
      .describe("of a space: ids of the rooms that it lists, also of those that the requester is not in"),
    avatar_url: z.string().nullable().describe("`mxc://` URI"),
    last_event_at: z.int().nullable().describe("when its last event was sent: milliseconds since the epoch"),
  })
  .meta({ id: "JoinedRoom" }) satisfies z.ZodType<JoinedRoom>;

export const listJoinedRoomsRoute = route({
  method: "get",
  path: "/v1/rooms/joined",
  operationId: "listJoinedRooms",
  summary: "Rooms that the requester is in",
  description: "Read with the requester's own token: an admin token has no rooms.",
  answers: { 200: json(z.object({ rooms: z.array(JOINED_ROOM) }), "The rooms, by name") },
  async handle({ response, requester, rooms }) {
    response.json({ rooms: await rooms.listJoined(requester) });
  },
});
