import { isUserId, localpartOf, serverOf } from "../matrix/ids.ts";
import { stringMember } from "../matrix/json.ts";
import { HomeserverError, type RoomReader } from "../ports/homeserver/homeserver.ts";
import { RequestError } from "./failures/failure.ts";

/** How long a door waits for a homeserver that is away before it says so, in milliseconds. */
export const CHECK_MS = 20_000;

export type Permission = "none" | "user" | "admin";
/** By user id, server name or `*`. */
export type Permissions = Readonly<Record<string, Permission>>;

/** What a user may do: the most specific entry wins (the user id, then its server, then `*`); without one, nothing. */
export function permissionOf(permissions: Permissions, userId: string): Permission {
  for (const key of [userId, serverOf(userId), "*"]) {
    const found = Object.hasOwn(permissions, key) ? permissions[key] : undefined;
    if (found !== undefined) return found;
  }
  return "none";
}

/** By what it is decided what users may do. */
export interface AccessRules {
  permissions: Permissions;
  /** may guest accounts do what `permissions` says? */
  allowGuests: boolean;
  /** the homeserver's own */
  serverName: string;
}

/** What a user may do; a guest of the homeserver nothing where guests are not allowed, unless the user id itself stands in the configuration. */
export function permissionBy({ permissions, allowGuests, serverName }: AccessRules): (userId: string) => Permission {
  return (userId) => {
    const refused = !allowGuests && isGuestId(userId, serverName) && !Object.hasOwn(permissions, userId);
    return refused ? "none" : permissionOf(permissions, userId);
  };
}

/** Homeservers keep user ids that are numbers for guests (Synapse, Dendrite). */
function isGuestId(userId: string, serverName: string): boolean {
  return serverOf(userId) === serverName && /^\d+$/.test(localpartOf(userId));
}

/** @throws RequestError forbidden where a guest account asks, and guests are not allowed */
export function requireNoGuest({ guest }: { guest?: boolean }, allowGuests: boolean): void {
  if (guest === true && !allowGuests)
    throw new RequestError(
      "forbidden",
      "M_GUEST_ACCESS_FORBIDDEN",
      "Guest accounts may not use this service: log in with an account of your own",
    );
}

/**
 * What the owner of a job may do now. The job of an admin token may run for as long as the configuration has that token, and that of a
 * schedule for as long as the configuration has the schedule, and the user for whom it exports may export.
 * @param owner a user id, `admin:NAME` or `schedule:NAME`
 */
export function permissionOfOwner(
  ofUser: (userId: string) => Permission,
  adminTokens: readonly { name: string }[],
  owner: string,
  schedules: Readonly<Record<string, { as?: string | undefined }>> = {},
): Permission {
  if (isUserId(owner)) return ofUser(owner);
  const schedule = schedules[/^schedule:(.+)$/.exec(owner)?.[1] ?? ""];
  if (schedule) return schedule.as === undefined ? "user" : ofUser(schedule.as);
  return adminTokens.some(({ name }) => owner === `admin:${name}`) ? "admin" : "none";
}

/** @throws RequestError forbidden where somebody may not use the service at all */
export function requirePermission(permission: Permission): void {
  if (permission === "none")
    throw new RequestError("forbidden", "M_FORBIDDEN", "You may not use this service: ask its operator for permission");
}

/**
 * Membership `join` is needed: a homeserver still serves the history to people who left.
 * @throws RequestError forbidden
 */
export async function requireJoined(
  reader: RoomReader,
  roomId: string,
  userId: string,
  message: string,
): Promise<void> {
  if ((await membershipOf(reader, roomId, userId)) !== "join")
    throw new RequestError("forbidden", "M_FORBIDDEN", message);
}

/** undefined: none, or the reader may not know */
async function membershipOf(reader: RoomReader, roomId: string, userId: string): Promise<string | undefined> {
  try {
    return stringMember((await reader.stateEvent(roomId, "m.room.member", userId))?.content, "membership");
  } catch (error) {
    if (error instanceof HomeserverError && error.isForbidden) return undefined;
    throw error;
  }
}

/** @throws RequestError invalid where it is not the id of a room */
export function requireRoomId(roomId: string): void {
  if (roomId.startsWith("!") && Buffer.byteLength(roomId) <= 255) return;
  throw new RequestError(
    "invalid",
    "M_INVALID_PARAM",
    "Expected a room id (it begins with !) or an alias (#name:server)",
  );
}

/** @throws RequestError invalid where it is not a user id */
export function requireUserId(userId: string): void {
  if (!isUserId(userId))
    throw new RequestError("invalid", "M_INVALID_PARAM", "Expected a user id, like @ann:example.org");
}
