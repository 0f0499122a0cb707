import { requireUserId } from "../../requests/access.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import type { Requester } from "../../requests/requester.ts";
import { refusalOf } from "../operators-rules.ts";
import type { NewRoomRulesShown } from "../shapes.ts";
import type { RoomOperationParts } from "./room-operation.ts";

/**
 * Which rooms with rules the requester (an admin token: the user `as`) may make, and what the configuration lays down for them.
 * @throws RequestError
 */
export type ShowNewRoomRules = (requester: Requester, as?: string) => Promise<NewRoomRulesShown>;

export function showNewRoomRules({
  operate,
  operators,
  roles,
}: Pick<RoomOperationParts, "operate" | "operators" | "roles">): ShowNewRoomRules {
  return (requester, as) =>
    operate({}, requester, async ({ caller }) => {
      if (as !== undefined) requireUserId(as);
      if (as !== undefined && !caller.adminToken)
        throw new RequestError("forbidden", "M_FORBIDDEN", "Only an admin token can ask for somebody else");
      const { incognito, restricted } = operators;
      const owner = as ?? caller.userId;
      const held: string[] = [];
      // a role that somebody does not hold they need not know of
      for (const slug of restricted.roles ?? roles.slugs)
        if ((await roles.standing(owner, [slug])) === "holder") held.push(slug);
      return {
        incognito: {
          refusal: refusalOf("incognito", incognito, owner)?.message ?? null,
          auto_close_on_leave: incognito.auto_close_on_leave,
          close_after_idle_days: incognito.close_after_idle_days,
        },
        restricted: { refusal: refusalOf("restricted", restricted, owner)?.message ?? null, roles: held },
      };
    });
}
