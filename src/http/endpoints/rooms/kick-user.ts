import { z } from "zod";
import { memberOptions } from "../../../rooms/options.ts";
import { json } from "../../answers.ts";
import { pathParameter, route } from "../../route.ts";

export const kickUserRoute = route({
  method: "post",
  path: "/v1/rooms/{roomId}/kick",
  operationId: "kickFromRoom",
  summary: "Remove somebody",
  body: memberOptions,
  answers: { 200: json(z.object({}), "Done") },
  fails: [404, 413],
  async handle({ request, response, requester, body, rooms }) {
    await rooms.kick(pathParameter(request, "roomId"), body.user_id, requester);
    response.json({});
  },
});
