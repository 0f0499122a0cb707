import { findState, type StateEvent } from "../matrix/event.ts";
import { member, stringMember } from "../matrix/json.ts";
import { POLICY } from "../matrix/names.ts";

const ROOM_TYPES = ["group", "sidekick", "bridge", "federated"] as const;
const SCOPES = ["normal", "incognito"] as const;
/** From the most open to the most closed. */
const VISIBILITIES = ["public", "private", "restricted"] as const;

export type ScopeKind = (typeof SCOPES)[number];
export type Visibility = (typeof VISIBILITIES)[number];

/** The rules of a room: the content of its state event `io.roomporter.policy`. */
export interface RoomPolicy {
  room_type: (typeof ROOM_TYPES)[number];
  scope_kind: ScopeKind;
  visibility: Visibility;
  /** who holds one of these roles may see a restricted room and be in it */
  read_role_slugs: string[];
  do_not_index: boolean;
  /** the room is closed when its owner leaves */
  auto_close_on_leave: boolean;
  /** room id of the space that it belongs to */
  parent: string | null;
}

/** The policy in a content. What is missing or makes no sense is as in a room that has none: an ordinary private one. */
export function readPolicy(content: unknown): RoomPolicy {
  const slugs = member(content, "read_role_slugs");
  return {
    room_type: oneOf(ROOM_TYPES, member(content, "room_type")) ?? "group",
    scope_kind: oneOf(SCOPES, member(content, "scope_kind")) ?? "normal",
    visibility: oneOf(VISIBILITIES, member(content, "visibility")) ?? "private",
    read_role_slugs: Array.isArray(slugs) ? slugs.filter((slug) => typeof slug === "string") : [],
    do_not_index: member(content, "do_not_index") === true,
    auto_close_on_leave: member(content, "auto_close_on_leave") === true,
    parent: stringMember(content, "parent") ?? null,
  };
}

/**
 * What holds in a room whose state says one thing and whose record in the database another: in each point the stricter. Of two lists
 * of roles only those in both give access.
 */
export function stricter(a: RoomPolicy, b: RoomPolicy): RoomPolicy {
  return {
    room_type: a.room_type === "group" ? b.room_type : a.room_type,
    scope_kind: a.scope_kind === "incognito" ? a.scope_kind : b.scope_kind,
    visibility: VISIBILITIES.indexOf(a.visibility) > VISIBILITIES.indexOf(b.visibility) ? a.visibility : b.visibility,
    read_role_slugs: rolesInBoth(a, b),
    do_not_index: a.do_not_index || b.do_not_index,
    auto_close_on_leave: a.auto_close_on_leave || b.auto_close_on_leave,
    parent: a.parent ?? b.parent,
  };
}

/**
 * What holds in a room, from its current state and from what the database says of it: the stricter of both, or an ordinary room where
 * neither says anything. Nothing in an incognito room is ever indexed.
 */
export function effectivePolicy(state: readonly StateEvent[], recorded: RoomPolicy | undefined): RoomPolicy {
  const event = findState(state, POLICY);
  const inState = event && readPolicy(event.content);
  const policy = inState && recorded ? stricter(inState, recorded) : (inState ?? recorded ?? readPolicy(undefined));
  return policy.scope_kind === "incognito" ? { ...policy, do_not_index: true } : policy;
}

/** Are there rules in it that people in the room, whatever their power, must not be able to change? */
export function isGuarded(policy: RoomPolicy): boolean {
  return policy.scope_kind === "incognito" || policy.visibility === "restricted";
}

function rolesInBoth(a: RoomPolicy, b: RoomPolicy): string[] {
  if (a.visibility !== "restricted") return b.read_role_slugs;
  if (b.visibility !== "restricted") return a.read_role_slugs;
  return a.read_role_slugs.filter((slug) => b.read_role_slugs.includes(slug));
}

function oneOf<T>(values: readonly T[], value: unknown): T | undefined {
  return values.find((known) => known === value);
}
