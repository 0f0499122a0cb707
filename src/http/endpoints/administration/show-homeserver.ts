import { z } from "zod";
import type { HomeserverInfo } from "../../../ports/homeserver/homeserver-info.ts";
import { json } from "../../answers.ts";
import { route } from "../../route.ts";

const HOMESERVER = z
  .object({
    software: z.string().nullable().describe("its name and version; null: it does not say"),
    spec_versions: z.array(z.string()).describe("of the Matrix specification, oldest first"),
    room_versions: z.object({
      default: z.string().nullable(),
      available: z.array(z.object({ version: z.string(), stability: z.string() })),
    }),
    admin_api: z.object({
      configured: z.boolean().describe("is there a `homeserver.admin_token`?"),
      fault: z.string().nullable().describe("why the service cannot use it"),
    }),
  })
  .meta({ id: "Homeserver" }) satisfies z.ZodType<HomeserverInfo>;

export const showHomeserverRoute = route({
  method: "get",
  path: "/v1/homeserver",
  operationId: "showHomeserver",
  summary: "What the homeserver can do (admins)",
  description: "Asked anew each time. Whether it reaches the service says `GET /ready`.",
  answers: { 200: json(HOMESERVER, "The homeserver") },
  async handle({ response, requester, administration }) {
    response.json(await administration.homeserver(requester));
  },
});
