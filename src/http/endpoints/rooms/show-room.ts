import { json } from "../../answers.ts";
import { pathParameter, route } from "../../route.ts";
import { ROOM } from "./room-shape.ts";

export const showRoomRoute = route({
  method: "get",
  path: "/v1/rooms/{roomId}",
  operationId: "showRoom",
  summary: "A room made here that the requester may know of",
  answers: { 200: json(ROOM, "The room") },
  fails: [404],
  async handle({ request, response, requester, rooms }) {
    response.json(await rooms.show(pathParameter(request, "roomId"), requester));
  },
});
