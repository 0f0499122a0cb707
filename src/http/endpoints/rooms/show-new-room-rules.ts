import { newRoomRulesOptions } from "../../../rooms/options.ts";
import { json } from "../../answers.ts";
import { route } from "../../route.ts";
import { NEW_ROOM_RULES } from "./room-shape.ts";

export const showNewRoomRulesRoute = route({
  method: "get",
  path: "/v1/rooms/rules",
  operationId: "showNewRoomRules",
  summary: "Which rooms with rules the requester may make",
  description: "What the service's configuration lays down in `rooms.incognito` and `rooms.restricted`.",
  query: newRoomRulesOptions,
  answers: { 200: json(NEW_ROOM_RULES, "The rules") },
  async handle({ response, requester, query, rooms }) {
    response.json(await rooms.newRoomRules(requester, query.as));
  },
});
