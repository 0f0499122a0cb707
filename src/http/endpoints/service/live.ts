import { z } from "zod";
import { json } from "../../answers.ts";
import type { OpenRoute } from "../../route.ts";

const LIVE = z.object({ live: z.literal(true), service_user: z.string().describe("whose service it is") });

/** `/live`: the process answers, and says whose it is (`config check` tells its own service from another one by that). */
export function liveRoute(serviceUser: string): OpenRoute {
  return {
    open: true,
    method: "get",
    path: "/live",
    operationId: "live",
    summary: "Does the process answer?",
    answers: { 200: json(LIVE, "It does") },
    async handle(_request, response) {
      response.json({ live: true, service_user: serviceUser });
    },
  };
}
