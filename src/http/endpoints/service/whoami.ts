import { z } from "zod";
import type { Permission } from "../../../requests/access.ts";
import { json } from "../../answers.ts";
import { route, type Route } from "../../route.ts";

const TOKEN_HOLDER = z
  .object({
    user_id: z.string().nullable().describe("null: an admin token of the configuration"),
    admin_token: z.string().nullable().describe("its name in the configuration"),
    permission: z.enum(["none", "user", "admin"]),
    admin: z.boolean(),
  })
  .meta({ id: "TokenHolder" });

const ADMIN_TOKEN = "admin:";

/** Whose the token is, and what it may do here: also for those who may do nothing. */
export function whoamiRoute(permissionOf: (userId: string) => Permission, allowGuests: boolean): Route {
  return route({
    method: "get",
    path: "/v1/whoami",
    operationId: "whoami",
    summary: "Whose token is this, and what may it do?",
    answers: { 200: json(TOKEN_HOLDER, "Who asks") },
    async handle({ response, requester: { userId, adminToken, guest, session } }) {
      const refused = guest === true && !allowGuests;
      const own = adminToken ? "admin" : refused ? "none" : permissionOf(userId);
      // as every operation has it
      const permission = session && own === "admin" ? "user" : own;
      response.json({
        user_id: adminToken ? null : userId,
        admin_token: adminToken ? userId.slice(ADMIN_TOKEN.length) : null,
        permission,
        admin: permission === "admin",
      });
    },
  });
}
