import { membershipIn, type ClientEvent } from "../matrix/event.ts";
import { isGuarded } from "../policy/room-policy.ts";
import { matchesUser } from "../policy/user-patterns.ts";
import type { AuditDetail, AuditLog } from "../ports/audit-log.ts";
import type { HomeserverAccess } from "../ports/homeserver/homeserver-access.ts";
import { HomeserverError } from "../ports/homeserver/homeserver.ts";
import type { Logger } from "../ports/logger.ts";
import type { ExistingRoom, PolicyStore } from "../ports/policy-store.ts";
import { isPresent, peopleIn } from "./empty-room.ts";
import type { IdleRooms } from "./idle-rooms.ts";
import type { RoomClosing } from "./room-closing.ts";
import type { Roles } from "./roles.ts";
import { RuleMender } from "./rule-mender.ts";

export interface RoomGuardParts {
  policies: PolicyStore;
  roles: Roles;
  homeserver: HomeserverAccess;
  closing: Pick<RoomClosing, "begin" | "goOn">;
  idle: Pick<IdleRooms, "isIdle">;
  audit: Pick<AuditLog, "record">;
  /** patterns of the users of bridges */
  bridges: readonly string[];
  /** what happens to members of a restricted room who lose the role */
  roleLost: "remove" | "keep";
  logger: Logger;
  signal: AbortSignal;
}

const NO_BRIDGES = "Bridges are kept out of this room.";
const HOLDERS_ONLY = "This room is for holders of certain roles.";

/** Looks a room through, and undoes what its rules do not allow. To look twice does no harm. */
export class RoomGuard {
  readonly #parts: RoomGuardParts;
  readonly #mender: RuleMender;
  /** one look at a time for each room */
  readonly #turns = new Map<string, Promise<unknown>>();
  /** removals that the homeserver has refused: told once, not at each look */
  readonly #hopeless = new Set<string>();

  constructor(parts: RoomGuardParts) {
    this.#parts = parts;
    this.#mender = new RuleMender(parts.roles, parts.audit);
  }

  /**
   * Puts the room's rules back, removes who may not be there, and closes the room where it is due.
   * @param becomesGuarded until now the room had no rules that anybody could have broken
   * @throws HomeserverError, StoreAway; the signal's reason
   */
  async check(room: ExistingRoom, { becomesGuarded = false } = {}): Promise<void> {
    const { room_id: roomId } = room;
    const look = (): Promise<void> => this.#check(room, becomesGuarded);
    const turn = (this.#turns.get(roomId) ?? Promise.resolve()).then(look, look);
    this.#turns.set(roomId, turn);
    try {
      await turn;
    } finally {
      if (this.#turns.get(roomId) === turn) this.#turns.delete(roomId);
    }
  }

  /** Closes a room because the person for whom it was made has left it. */
  async ownerLeft(room: ExistingRoom): Promise<void> {
    await this.#close(room, "auto_close");
  }

  async #close(room: ExistingRoom, why: AuditDetail): Promise<void> {
    await this.#parts.closing.begin(room, { door: "service", actor: "service" }, why);
    this.#parts.closing.goOn(room);
  }

  async #check(noted: ExistingRoom, becomesGuarded: boolean): Promise<void> {
    const { policies, closing, idle, homeserver, logger, signal } = this.#parts;
    // first the state: rules that change meanwhile are never put back to what they were
    const state = await this.#state(noted.room_id);
    const room = { ...noted, ...(await policies.get(noted.room_id)), room_id: noted.room_id };
    if (room.closed_at !== null) return;
    if (room.closing_at !== null) {
      closing.goOn(room);
      return;
    }
    if (!state) {
      logger.error({ room_id: room.room_id }, "a room cannot be guarded: the service user is not in it");
      return;
    }
    if (room.policy.auto_close_on_leave && hasLeft(state, room.owner)) {
      await this.ownerLeft(room);
      return;
    }
    if (!isGuarded(room.policy)) return;
    const { reader, writer } = homeserver.asService(signal);
    if (await idle.isIdle(room, reader, signal)) {
      await this.#close(room, "idle");
      return;
    }
    for (const userId of await this.#mender.mend(room, state, writer, becomesGuarded))
      await this.#remove(room, userId, "bridge_removed", "bridge", NO_BRIDGES);
    await this.#removeIntruders(room, state);
  }

  /** undefined: the service user may not look */
  async #state(roomId: string): Promise<ClientEvent[] | undefined> {
    const { homeserver, signal } = this.#parts;
    const { reader } = homeserver.asService(signal);
    try {
      const state = await reader.state(roomId, signal);
      return hasLeft(state, reader.userId) ? undefined : state;
    } catch (error) {
      if (error instanceof HomeserverError && error.isAbsentOrForbidden) return undefined;
      throw error;
    }
  }

  async #removeIntruders(room: ExistingRoom, state: readonly ClientEvent[]): Promise<void> {
    const { policies, bridges, homeserver, signal } = this.#parts;
    const { room_id: roomId, policy } = room;
    const people = peopleIn(state, homeserver.asService(signal).writer.userId);
    const admitted = new Set(policy.visibility === "restricted" ? await policies.admitted(roomId) : undefined);
    for (const userId of people) {
      if (policy.scope_kind === "incognito" && matchesUser(bridges, userId))
        await this.#remove(room, userId, "bridge_removed", "bridge", NO_BRIDGES);
      else if (policy.visibility === "restricted")
        await this.#checkRole(room, userId, membershipIn(state, userId) === "join", admitted.has(userId));
    }
    for (const userId of admitted) if (!people.includes(userId)) await policies.dismiss(roomId, userId);
  }

  async #checkRole(room: ExistingRoom, userId: string, joined: boolean, admitted: boolean): Promise<void> {
    const { policies, roles, roleLost } = this.#parts;
    const standing = await roles.standing(userId, room.policy.read_role_slugs);
    if (standing === "holder") {
      if (joined && !admitted) await policies.admit(room.room_id, userId);
      return;
    }
    // a role room that cannot be seen is no reason to remove those who were holders when it could
    if (admitted && (standing === "unknown" || roleLost === "keep")) return;
    await this.#remove(room, userId, "member_removed", admitted ? "role_lost" : "no_role", HOLDERS_ONLY);
    await policies.dismiss(room.room_id, userId);
  }

  async #remove(
    { room_id: roomId }: ExistingRoom,
    userId: string,
    action: "bridge_removed" | "member_removed",
    why: AuditDetail,
    reason: string,
  ): Promise<void> {
    const { audit, homeserver, signal } = this.#parts;
    const { writer } = homeserver.asService(signal);
    const row = { action, door: "service", actor: "service", room_id: roomId, target: userId, details: [why] } as const;
    try {
      await writer.kick(roomId, userId, reason);
    } catch (error) {
      if (!(error instanceof HomeserverError && error.isForbidden)) throw error;
      const member = await writer.stateEvent(roomId, "m.room.member", userId);
      // gone by themselves meanwhile
      if (!member || !isPresent(member)) return;
      // somebody with as much power as the service user
      const entry = member.event_id ?? `${roomId} ${userId} ${member.origin_server_ts}`;
      if (this.#hopeless.has(entry)) return;
      this.#hopeless.add(entry);
      await audit.record({ ...row, outcome: "failed" });
      return;
    }
    await audit.record({ ...row, outcome: "done" });
  }
}

/** Was there, or was invited, and is not any more. */
function hasLeft(state: readonly ClientEvent[], userId: string): boolean {
  const membership = membershipIn(state, userId);
  return membership === "leave" || membership === "ban";
}
