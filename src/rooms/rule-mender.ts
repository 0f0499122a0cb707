import { findState, isState, type ClientEvent } from "../matrix/event.ts";
import { sameJson } from "../matrix/json.ts";
import { BRIDGE_TYPES } from "../matrix/names.ts";
import { hasMightyCreators, isMightyCreator, powerOf } from "../matrix/power-levels.ts";
import {
  areUnfinished,
  FORBIDDEN_TYPES,
  GUARDED_LEVEL,
  mendedLevels,
  outOfReach,
  wantedState,
} from "../policy/guarded-room.ts";
import type { AuditDetail, AuditLog } from "../ports/audit-log.ts";
import { HomeserverError, type RoomWriter } from "../ports/homeserver/homeserver.ts";
import type { ExistingRoom } from "../ports/policy-store.ts";
import type { Roles } from "./roles.ts";

/** What each rule is called in the audit log. */
const RULES: Readonly<Record<string, AuditDetail>> = {
  "m.room.join_rules": "join_rules",
  "m.room.history_visibility": "history_visibility",
  "m.room.guest_access": "guest_access",
  "m.room.tombstone": "tombstone",
};
/** What the service itself changes in a room. */
const OWN_RULES: readonly AuditDetail[] = ["policy", "join_rules", "history_visibility"];

/** Puts the rules back into a room's state, and tells on whoever had changed them. */
export class RuleMender {
  readonly #roles: Roles;
  readonly #audit: Pick<AuditLog, "record">;
  /** ids of events that could not be undone: told once, not at each look */
  readonly #hopeless = new Set<string>();

  constructor(roles: Roles, audit: Pick<AuditLog, "record">) {
    this.#roles = roles;
    this.#audit = audit;
  }

  /**
   * What cannot be put back, because somebody has as much power as the service user, is told and passed over.
   * @param becomesGuarded until now the room had no rules: nobody has broken them
   * @returns users who put a bridge into the room
   * @throws HomeserverError, StoreAway
   */
  async mend(
    room: ExistingRoom,
    state: readonly ClientEvent[],
    writer: RoomWriter,
    becomesGuarded = false,
  ): Promise<string[]> {
    const blames = !becomesGuarded;
    await this.#mendLevels(room, state, writer, blames);
    const { room_id: roomId, policy } = room;
    const roleRooms = await this.#roles.rooms(policy.read_role_slugs);
    for (const [type, content] of wantedState(policy, roleRooms)) {
      const event = findState(state, type);
      if (sameJson(event?.content, content)) continue;
      const mend = (): Promise<string> => writer.sendState(roomId, type, "", content);
      await this.#putBack(roomId, event, RULES[type] ?? "policy", blames && writer.userId, mend);
    }
    const bridging: string[] = [];
    for (const event of state.filter((each) => isState(each))) {
      const { type, state_key: key, sender, content } = event;
      if (!FORBIDDEN_TYPES.includes(type) || Object.keys(content).length === 0) continue;
      const isBridge = BRIDGE_TYPES.includes(type);
      const rule = isBridge ? "bridge" : (RULES[type] ?? "policy");
      await this.#putBack(roomId, event, rule, blames && writer.userId, () => writer.sendState(roomId, type, key, {}));
      if (isBridge && sender !== writer.userId) bridging.push(sender);
    }
    return bridging;
  }

  async #mendLevels(
    { room_id: roomId, policy, owner }: ExistingRoom,
    state: readonly ClientEvent[],
    writer: RoomWriter,
    blames: boolean,
  ): Promise<void> {
    const create = findState(state, "m.room.create");
    const levels = findState(state, "m.room.power_levels");
    if (!create) return;
    // a room that got its rules later on may not give the service user the power for all of them; without levels its creator sets any
    const mayMend =
      powerOf(create, levels, writer.userId) >= GUARDED_LEVEL || (!levels && create.sender === writer.userId);
    if (!mayMend) return;
    // in version 12 the service user is a creator, and stands in no list
    const listed = hasMightyCreators(create) ? undefined : writer.userId;
    const content = levels?.content ?? {};
    const mended = mendedLevels(content, policy, listed, isMightyCreator(create, owner) ? undefined : owner);
    if (mended) {
      const mend = (): Promise<string> => writer.sendState(roomId, "m.room.power_levels", "", mended);
      await this.#putBack(roomId, levels, "power_levels", blames && writer.userId, mend);
    }
    if (levels && outOfReach(content, listed).length > 0) await this.#giveUp(roomId, levels, "power_levels");
  }

  /** @param self the service user, who is not blamed; false: nobody is */
  async #putBack(
    roomId: string,
    event: ClientEvent | undefined,
    rule: AuditDetail,
    self: string | false,
    mend: () => Promise<unknown>,
  ): Promise<void> {
    try {
      await mend();
    } catch (error) {
      if (!(error instanceof HomeserverError && error.isForbidden)) throw error;
      if (event) await this.#giveUp(roomId, event, rule);
      return;
    }
    if (!event || self === false || isOwnDoing(event, rule, self)) return;
    const row = { action: "tampering", outcome: "refused", door: "service" } as const;
    await this.#audit.record({ ...row, actor: event.sender, room_id: roomId, details: [rule] });
  }

  async #giveUp(roomId: string, { event_id, sender }: ClientEvent, rule: AuditDetail): Promise<void> {
    if (this.#hopeless.has(event_id)) return;
    this.#hopeless.add(event_id);
    const row = { action: "tampering", outcome: "failed", door: "service" } as const;
    await this.#audit.record({ ...row, actor: sender, room_id: roomId, details: [rule] });
  }
}

/** Nobody tampered: the configuration has changed, or the service was interrupted. State that is missing nobody has removed. */
function isOwnDoing({ type, sender, content }: ClientEvent, rule: AuditDetail, self: string): boolean {
  if (sender !== self) return false;
  return OWN_RULES.includes(rule) || (type === "m.room.power_levels" && areUnfinished(content));
}
