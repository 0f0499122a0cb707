import { stringMember } from "../matrix/json.ts";
import { powerOf } from "../matrix/power-levels.ts";
import { HomeserverError, type RoomReader } from "../ports/homeserver/homeserver.ts";
import type { ExistingRoom, MadeRoom, PolicyStore } from "../ports/policy-store.ts";
import { RequestError } from "../requests/failures/failure.ts";
import type { Caller } from "../requests/requester.ts";
import type { Roles } from "./roles.ts";

export interface RoomAccessParts {
  policies: Pick<PolicyStore, "get" | "admitted">;
  roles: Roles;
  /** what happens to members of a restricted room who lose the role */
  roleLost: "remove" | "keep";
}

type Asking = Pick<Caller, "userId" | "admin">;

/** The level from which on somebody in a room looks after it. */
const MODERATOR = 50;

/** Who may know of rooms that the service made, and who may do what there. Everything can throw HomeserverError and StoreAway. */
export class RoomAccess {
  readonly #parts: RoomAccessParts;

  constructor(parts: RoomAccessParts) {
    this.#parts = parts;
  }

  /** Is it a restricted room that must not exist for this requester? */
  async hides(roomId: string, requester: Asking): Promise<boolean> {
    if (requester.admin) return false;
    const room = await this.#parts.policies.get(roomId);
    return room?.policy.visibility === "restricted" && !(await this.#isHolder(room, requester.userId));
  }

  /** May the requester know of the room? `membership`: theirs. */
  async maySee(room: MadeRoom, requester: Asking, membership: string | undefined): Promise<boolean> {
    if (requester.admin) return true;
    if (room.policy.visibility === "restricted") return await this.#isHolder(room, requester.userId);
    return room.policy.visibility === "public" || membership === "join" || membership === "invite";
  }

  /**
   * The room, where it is one that the service made, is not closed, and the requester may know of it.
   * @throws RequestError not_found
   */
  async require(roomId: string, requester: Asking, reader: RoomReader): Promise<ExistingRoom> {
    const room = await this.#parts.policies.get(roomId);
    if (room?.room_id && room.closed_at === null && room.closing_at === null) {
      const membership = await membershipOf(reader, roomId, requester.userId);
      if (await this.maySee(room, requester, membership)) return { ...room, room_id: room.room_id };
    }
    throw new RequestError("not_found", "M_NOT_FOUND", "There is no such room among those that this service has made");
  }

  async #isHolder(room: MadeRoom, userId: string): Promise<boolean> {
    const { roles, policies, roleLost } = this.#parts;
    if ((await roles.standing(userId, room.policy.read_role_slugs)) === "holder") return true;
    return roleLost === "keep" && (await policies.admitted(room.room_id ?? "")).includes(userId);
  }
}

/** The person for whom the room was made, or an admin of the service. @throws RequestError forbidden */
export function requireOwner(room: MadeRoom, { userId, admin }: Asking): void {
  if (admin || room.owner === userId) return;
  throw new RequestError(
    "forbidden",
    "M_FORBIDDEN",
    "Only the person for whom the room was made, or an admin, may do that",
  );
}

/** The same, or somebody in the room with the power to look after it. @throws RequestError forbidden */
export async function requireModerator(room: ExistingRoom, requester: Asking, reader: RoomReader): Promise<void> {
  if (requester.admin || room.owner === requester.userId) return;
  const { room_id: roomId } = room;
  const joined = (await membershipOf(reader, roomId, requester.userId)) === "join";
  if (joined && (await powerIn(reader, roomId, requester.userId)) >= MODERATOR) return;
  throw new RequestError(
    "forbidden",
    "M_FORBIDDEN",
    "Your power level in this room is too low to do that: it must be 50 or higher",
  );
}

export async function powerIn(reader: RoomReader, roomId: string, userId: string): Promise<number> {
  const create = await reader.stateEvent(roomId, "m.room.create", "");
  return create ? powerOf(create, await reader.stateEvent(roomId, "m.room.power_levels", ""), userId) : 0;
}

/** undefined: none, or the service user is not in the room */
export async function membershipOf(reader: RoomReader, roomId: string, userId: string): Promise<string | undefined> {
  try {
    return stringMember((await reader.stateEvent(roomId, "m.room.member", userId))?.content, "membership");
  } catch (error) {
    if (error instanceof HomeserverError && error.isForbidden) return undefined;
    throw error;
  }
}
