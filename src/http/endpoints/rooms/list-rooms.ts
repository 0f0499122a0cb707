import { z } from "zod";
import { json } from "../../answers.ts";
import { route } from "../../route.ts";
import { ROOM } from "./room-shape.ts";

export const listRoomsRoute = route({
  method: "get",
  path: "/v1/rooms",
  operationId: "listRooms",
  summary: "Rooms made here that the requester may know of",
  answers: { 200: json(z.object({ rooms: z.array(ROOM) }), "The rooms") },
  async handle({ response, requester, rooms }) {
    response.json({ rooms: await rooms.list(requester) });
  },
});
