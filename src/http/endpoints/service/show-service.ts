import { z } from "zod";
import { json } from "../../answers.ts";
import type { OpenRoute } from "../../route.ts";

/** What somebody needs to know before they have a token. */
export const SERVICE = z
  .object({
    homeserver: z.object({
      server_name: z.string().describe("the part of user ids behind the colon"),
      base_url: z.url().describe("of its client-server API, as browsers reach it"),
    }),
    service_user: z.string().describe("the user that sends all that is imported"),
    widget_clients: z.array(z.string()).describe("origins of the clients that may show the widget"),
    upload_size: z.int().describe("bytes that a bundle may have"),
  })
  .meta({ id: "Service" });

/** To which homeserver this service belongs. */
export function showServiceRoute(service: z.output<typeof SERVICE>): OpenRoute {
  return {
    open: true,
    method: "get",
    path: "/v1/service",
    operationId: "showService",
    summary: "The homeserver whose access tokens are good here, and the largest bundle that is taken",
    description: "Needs no token.",
    answers: { 200: json(SERVICE, "The service") },
    async handle(_request, response) {
      response.json(service);
    },
  };
}
