/**
 * What the homeserver has to hold of a room's rules (pure). People have power level 100 at most; what must not be changed by anybody
 * in the room needs 150, which only the service user has.
 */
import { member, objectMember, sameJson, type JsonObject } from "../matrix/json.ts";
import { BRIDGE_TYPES, POLICY } from "../matrix/names.ts";
import { isGuarded, type RoomPolicy } from "./room-policy.ts";

export const GUARDED_LEVEL = 150;
export const MOST_OF_PEOPLE = 100;

/**
 * State that nobody but the service may set in a guarded room. Who may set the canonical alias may also put the room into the
 * homeserver's public directory, where everybody would read its name.
 */
const GUARDED_TYPES: readonly string[] = [
  POLICY,
  "m.room.join_rules",
  "m.room.history_visibility",
  "m.room.guest_access",
  "m.room.encryption",
  "m.room.server_acl",
  "m.room.tombstone",
  "m.room.canonical_alias",
  ...BRIDGE_TYPES,
];

/** State that must not be there at all, whatever its state key. */
export const FORBIDDEN_TYPES: readonly string[] = [...BRIDGE_TYPES, "m.room.tombstone", "m.room.third_party_invite"];

/**
 * The contents of the state that the rules name, by type; the state key is empty.
 * @param roleRooms whose members may join a restricted room
 */
export function wantedState(policy: RoomPolicy, roleRooms: readonly string[]): Map<string, JsonObject> {
  const incognito = policy.scope_kind === "incognito";
  return new Map<string, JsonObject>([
    ["m.room.join_rules", joinRules(policy, roleRooms)],
    ["m.room.history_visibility", { history_visibility: incognito ? "joined" : "shared" }],
    ["m.room.guest_access", { guest_access: "forbidden" }],
    [POLICY, { ...policy }],
  ]);
}

function joinRules(policy: RoomPolicy, roleRooms: readonly string[]): JsonObject {
  if (policy.visibility === "public") return { join_rule: "public" };
  if (policy.visibility !== "restricted" || roleRooms.length === 0) return { join_rule: "invite" };
  return { join_rule: "restricted", allow: roleRooms.map((room_id) => ({ type: "m.room_membership", room_id })) };
}

/**
 * The power levels of a new guarded room.
 * @param owner, service undefined where they are creators and have every right anyway
 */
export function guardedLevels(
  policy: RoomPolicy,
  owner: string | undefined,
  service: [user: string, level: number] | undefined,
): JsonObject {
  return {
    users: { ...(owner !== undefined && { [owner]: MOST_OF_PEOPLE }), ...(service && { [service[0]]: service[1] }) },
    users_default: 0,
    events: {
      "m.room.name": 50,
      "m.room.topic": 50,
      "m.room.avatar": 50,
      "m.room.power_levels": MOST_OF_PEOPLE,
      ...Object.fromEntries(GUARDED_TYPES.map((type) => [type, GUARDED_LEVEL])),
    },
    events_default: 0,
    state_default: 50,
    ban: 50,
    kick: 50,
    redact: 50,
    invite: inviteLevel(policy),
  };
}

/** Into a restricted room only the service invites: it knows who holds a role. */
function inviteLevel(policy: RoomPolicy): number {
  return policy.visibility === "restricted" ? GUARDED_LEVEL : 50;
}

/**
 * Power levels put right where they do not guard any more; undefined where they do. What people may change among themselves stays.
 * Nobody can lower those who have as much power as themselves: they stay as well, and `outOfReach` names them. What is unfinished gets
 * all that a new room has.
 * @param serviceUser undefined where it is a creator, and does not stand in them
 * @param owner undefined where they are a creator
 */
export function mendedLevels(
  found: JsonObject,
  policy: RoomPolicy,
  serviceUser: string | undefined,
  owner: string | undefined,
): JsonObject | undefined {
  if (!isGuarded(policy)) return undefined;
  const levels = areUnfinished(found) ? finished(found, policy, serviceUser, owner) : found;
  const users = Object.entries(objectMember(levels, "users") ?? {}).map(([user, level]) => [
    user,
    user === serviceUser || (serviceUser !== undefined && isOutOfReach(level)) ? level : atMost(level, MOST_OF_PEOPLE),
  ]);
  const events: JsonObject = { ...objectMember(levels, "events") };
  for (const type of GUARDED_TYPES) events[type] = GUARDED_LEVEL;
  const mended: JsonObject = { ...levels, users: Object.fromEntries(users) as JsonObject, events };
  const byDefault = member(levels, "users_default");
  if (byDefault !== undefined) mended["users_default"] = atMost(byDefault, MOST_OF_PEOPLE);
  if (policy.visibility === "restricted") mended["invite"] = GUARDED_LEVEL;
  return sameJson(mended, found) ? undefined : mended;
}

/** Do they lack what the levels of every new room have? Without `invite` everybody in the room may invite. */
export function areUnfinished(levels: JsonObject): boolean {
  return member(levels, "invite") === undefined;
}

function finished(
  levels: JsonObject,
  policy: RoomPolicy,
  serviceUser: string | undefined,
  owner: string | undefined,
): JsonObject {
  const full = guardedLevels(policy, owner, serviceUser === undefined ? undefined : [serviceUser, GUARDED_LEVEL]);
  return { ...full, ...levels, users: { ...objectMember(full, "users"), ...objectMember(levels, "users") } };
}

/** Those whom the service user cannot lower: with as much power as it has. @param serviceUser undefined where it is a creator */
export function outOfReach(levels: JsonObject, serviceUser: string | undefined): string[] {
  if (serviceUser === undefined) return [];
  const users = Object.entries(objectMember(levels, "users") ?? {});
  return users.filter(([user, level]) => user !== serviceUser && isOutOfReach(level)).map(([user]) => user);
}

function isOutOfReach(level: unknown): boolean {
  return typeof level === "number" && level >= GUARDED_LEVEL;
}

function atMost(level: unknown, limit: number): number {
  return typeof level === "number" ? Math.min(level, limit) : 0;
}
