import { policyChanges } from "../../../rooms/options.ts";
import { json } from "../../answers.ts";
import { pathParameter, route } from "../../route.ts";
import { ROOM } from "./room-shape.ts";

export const setRoomPolicyRoute = route({
  method: "put",
  path: "/v1/rooms/{roomId}/policy",
  operationId: "setRoomPolicy",
  summary: "Change rules of a room",
  description:
    "What is not named stays. Its owner or an admin may; that an imported room may be indexed, only an admin. An incognito room stays one.",
  body: policyChanges,
  answers: { 200: json(ROOM, "The room") },
  fails: [404, 413],
  async handle({ request, response, requester, body, rooms }) {
    response.json(await rooms.setPolicy(pathParameter(request, "roomId"), body, requester));
  },
});
