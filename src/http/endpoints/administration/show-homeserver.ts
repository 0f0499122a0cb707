import { z } from "zod";
import type { HomeserverReport } from "../../../administration/homeserver-check.ts";
import { CAPABILITIES } from "../../../ports/homeserver/capabilities.ts";
import { json } from "../../answers.ts";
import { route } from "../../route.ts";

const HOMESERVER = CAPABILITIES.extend({
  problems: z
    .array(
      z.object({ key: z.string().describe("of the configuration, e.g. `import.room_version`"), message: z.string() }),
    )
    .describe("what the configuration asks for and the homeserver cannot do"),
}).meta({ id: "Homeserver" }) satisfies z.ZodType<HomeserverReport>;

export const showHomeserverRoute = route({
  method: "get",
  path: "/v1/homeserver",
  operationId: "showHomeserver",
  summary: "What the homeserver was seen to do (admins)",
  description:
    "As the last probe has found it, at `probed_at`; the homeserver is not asked. Whether it reaches the service says `GET /ready`.",
  answers: { 200: json(HOMESERVER, "The homeserver") },
  async handle({ response, requester, administration }) {
    response.json(await administration.homeserver(requester));
  },
});

export const checkHomeserverRoute = route({
  method: "post",
  path: "/v1/homeserver/check",
  operationId: "checkHomeserver",
  summary: "Probes the homeserver anew (admins)",
  description:
    "Asks it who it is, and tries out what it does in a private room that is left and forgotten: some 15 calls of the homeserver. The " +
    "service does so by itself when the homeserver or the configuration is another one.",
  answers: { 200: json(HOMESERVER, "The homeserver, as it was just found") },
  async handle({ response, requester, administration }) {
    response.json(await administration.checkHomeserver(requester));
  },
});
