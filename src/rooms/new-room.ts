import { serverOf } from "../matrix/ids.ts";
import { readPolicy, type RoomPolicy } from "../policy/room-policy.ts";
import { matchesUser } from "../policy/user-patterns.ts";
import { requireUserId } from "../requests/access.ts";
import { RequestError } from "../requests/failures/failure.ts";
import type { OperatorsRules } from "./operators-rules.ts";
import type { NewRoomOptions } from "./options.ts";
import type { Roles } from "./roles.ts";

export interface NewRoomRules {
  roles: Roles;
  /** patterns of the users of bridges */
  bridges: readonly string[];
  serverName: string;
  /** what the configuration lays down */
  operators: OperatorsRules;
  /** is there such a user on the homeserver? */
  hasUser: (userId: string) => Promise<boolean>;
}

/**
 * The rules of a room as they were asked for.
 * @param parent room id of the space that it joins
 * @throws RequestError invalid where they contradict each other, or name an unknown role
 */
export function policyFor(options: NewRoomOptions, parent: string | null, roles: Roles): RoomPolicy {
  const { scope_kind, read_role_slugs, auto_close_on_leave = false } = options;
  const { visibility = read_role_slugs.length > 0 ? "restricted" : "private" } = options;
  const incognito = scope_kind === "incognito";
  if (incognito && visibility === "public") throw wrong("An incognito room cannot be public");
  if (visibility === "restricted" && read_role_slugs.length === 0)
    throw wrong("A restricted room needs read_role_slugs: whose members may be in it");
  if (visibility !== "restricted" && read_role_slugs.length > 0)
    throw wrong("read_role_slugs belong to a restricted room");
  requireKnown(read_role_slugs, roles);
  return {
    ...readPolicy(undefined),
    scope_kind,
    visibility,
    read_role_slugs: [...new Set(read_role_slugs)],
    do_not_index: incognito,
    auto_close_on_leave,
    parent,
  };
}

/** @throws RequestError invalid */
export function requireKnown(slugs: readonly string[], roles: Roles): void {
  const [unknown] = roles.unknown(slugs);
  if (unknown !== undefined) throw wrong("There is no such role in the service's configuration");
}

/**
 * May all of them be in a room with these rules?
 * @throws RequestError invalid (no such user), forbidden
 */
export async function requireFit(userIds: readonly string[], policy: RoomPolicy, rules: NewRoomRules): Promise<void> {
  const { roles, bridges, serverName, hasUser } = rules;
  for (const userId of userIds) {
    requireUserId(userId);
    const local = serverOf(userId) === serverName;
    if (policy.scope_kind === "incognito") {
      if (!local)
        throw new RequestError("forbidden", "M_FORBIDDEN", "An incognito room is for users of this homeserver only");
      if (matchesUser(bridges, userId))
        throw new RequestError("forbidden", "M_FORBIDDEN", "Bridges are kept out of incognito rooms");
    }
    if (local && !(await hasUser(userId))) throw wrong("The homeserver has no such user");
    if (policy.visibility !== "restricted") continue;
    if ((await roles.standing(userId, policy.read_role_slugs)) !== "holder")
      throw new RequestError("forbidden", "M_FORBIDDEN", "A restricted room is for holders of its roles only");
  }
}

function wrong(message: string): RequestError {
  return new RequestError("invalid", "M_INVALID_PARAM", message);
}
