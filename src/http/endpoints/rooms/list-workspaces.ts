import { z } from "zod";
import { workspacesOptions } from "../../../rooms/options.ts";
import { json } from "../../answers.ts";
import { route } from "../../route.ts";
import { WORKSPACE } from "./room-shape.ts";

export const listWorkspacesRoute = route({
  method: "get",
  path: "/v1/workspaces",
  operationId: "listWorkspaces",
  summary: "Spaces in which the requester may make rooms",
  query: workspacesOptions,
  answers: { 200: json(z.object({ workspaces: z.array(WORKSPACE) }), "The spaces") },
  async handle({ response, requester, query, rooms }) {
    response.json({ workspaces: await rooms.workspaces(requester, query.as) });
  },
});
