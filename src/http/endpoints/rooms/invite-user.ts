import { z } from "zod";
import { memberOptions } from "../../../rooms/options.ts";
import { json } from "../../answers.ts";
import { pathParameter, route } from "../../route.ts";

export const inviteUserRoute = route({
  method: "post",
  path: "/v1/rooms/{roomId}/invite",
  operationId: "inviteIntoRoom",
  summary: "Invite somebody; holders of a role may invite themselves into a restricted room",
  body: memberOptions,
  answers: { 200: json(z.object({}), "Done") },
  fails: [404, 413],
  async handle({ request, response, requester, body, rooms }) {
    await rooms.invite(pathParameter(request, "roomId"), body.user_id, requester);
    response.json({});
  },
});
