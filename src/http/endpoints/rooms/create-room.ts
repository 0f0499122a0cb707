import { newRoomOptions } from "../../../rooms/options.ts";
import { json } from "../../answers.ts";
import { route } from "../../route.ts";
import { MADE_ROOM } from "./room-shape.ts";

export const createRoomRoute = route({
  method: "post",
  path: "/v1/rooms",
  operationId: "createRoom",
  summary: "Make a room",
  description:
    "The requester owns it and is invited. In an incognito or restricted room the homeserver keeps its rules out of everybody's reach. All is checked before anything is made.",
  body: newRoomOptions,
  answers: { 201: json(MADE_ROOM, "Made") },
  fails: [404, 413],
  async handle({ response, requester, body, rooms }) {
    response.status(201).json(await rooms.create(requester, body));
  },
});
