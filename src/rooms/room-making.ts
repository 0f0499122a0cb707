import { setMember, stringMember, type JsonObject } from "../matrix/json.ts";
import { CREATION } from "../matrix/names.ts";
import { guardedLevels, GUARDED_LEVEL, wantedState } from "../policy/guarded-room.ts";
import { isGuarded } from "../policy/room-policy.ts";
import type { AuditEntry } from "../ports/audit-log.ts";
import type { HomeserverAccess } from "../ports/homeserver/homeserver-access.ts";
import { HomeserverError, type RoomWriter } from "../ports/homeserver/homeserver.ts";
import type { Logger } from "../ports/logger.ts";
import type { ExistingRoom, MadeRoom, PolicyStore } from "../ports/policy-store.ts";
import { TIMER, type Timer } from "../ports/timer.ts";
import { hasState, makeOnce, soonFound, type Making } from "../requests/make-once.ts";
import { invitationReason, takesInvitation } from "../requests/standing.ts";
import type { Roles } from "./roles.ts";

/** What the room is like beside its rules. It is not stored: it may be what somebody wrote. */
export interface Furnishing {
  name: string;
  topic: string | undefined;
  /** beside the owner */
  invite: readonly string[];
}

type Told = Pick<AuditEntry, "door" | "actor" | "on_behalf_of">;

export interface RoomMakingParts {
  policies: PolicyStore;
  roles: Roles;
  homeserver: HomeserverAccess;
  serverName: string;
  roomVersion: string;
  logger: Logger;
  signal: AbortSignal;
  timer?: Timer;
}

/**
 * A making that takes longer counts as interrupted, in milliseconds. So long the homeserver may still be at work on one that has failed.
 */
const MAKING_MS = 60_000;

/** Makes rooms, each once: what a crash has interrupted is found again by the mark in its `m.room.create`. */
export class RoomMaking {
  readonly #parts: RoomMakingParts;
  /** one at a time for each making, by its id */
  readonly #turns = new Map<string, Promise<unknown>>();
  /** makings of this process that have failed, by their id, and when */
  readonly #failed = new Map<string, number>();
  readonly #timer: Timer;

  constructor(parts: RoomMakingParts) {
    this.#parts = parts;
    this.#timer = parts.timer ?? TIMER;
  }

  /**
   * Makes the room of this making, or gives the one that it has made before. `uninvited`: those that the homeserver refused to let the
   * service invite. `told`: who wanted it, for the audit log.
   * @throws HomeserverError, StoreAway
   */
  async make(
    wanted: Pick<MadeRoom, "id" | "owner" | "policy">,
    furnishing: Furnishing,
    told: Told,
  ): Promise<{ room: ExistingRoom; uninvited: string[] }> {
    return await this.#inTurn(wanted.id, async () => {
      try {
        const made = await this.#make(wanted, furnishing, told);
        this.#failed.delete(wanted.id);
        return made;
      } catch (error) {
        this.#failed.set(wanted.id, this.#timer.monotonic());
        throw error;
      }
    });
  }

  async #inTurn<T>(id: string, act: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(id) ?? Promise.resolve()).then(act, act);
    this.#turns.set(id, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(id) === turn) this.#turns.delete(id);
    }
  }

  async #make(
    wanted: Pick<MadeRoom, "id" | "owner" | "policy">,
    furnishing: Furnishing,
    told: Told,
  ): Promise<{ room: ExistingRoom; uninvited: string[] }> {
    const { policies, homeserver, roles } = this.#parts;
    const signal = AbortSignal.any([this.#parts.signal, AbortSignal.timeout(MAKING_MS)]);
    const begun = (await policies.making(wanted.id)) !== undefined;
    const room = await policies.begin({ ...wanted, origin: "created", room_id: null });
    // asked again, perhaps because not everything was done the first time
    if (room.room_id !== null) return await this.#complete(room, room.room_id, furnishing.invite, told, signal);
    const { writer } = homeserver.asService(signal);
    const roleRooms = await roles.rooms(room.policy.read_role_slugs);
    const create = (): Promise<string> => writer.createRoom(this.#options(writer.userId, room, furnishing, roleRooms));
    const making = { begun, create, stageOf: stageOf(writer, room.id, wholeState(room, furnishing)) };
    let roomId: string;
    try {
      roomId = await makeOnce(writer, making, signal, this.#timer);
    } catch (error) {
      // the homeserver has said no: there is none
      if (error instanceof HomeserverError && error.status >= 400 && error.status < 500)
        await policies.abandon(room.id);
      throw error;
    }
    return await this.#complete(room, roomId, furnishing.invite, told, signal);
  }

  /**
   * Rooms whose making was interrupted are completed where the homeserver has made them to the end, and left where it has not. What a
   * bot's command asked for is asked again by that command. Those that this process is making, or has failed to make just now, are spared.
   */
  async recover(): Promise<void> {
    for (const [id, at] of this.#failed) if (this.#timer.monotonic() - at >= MAKING_MS) this.#failed.delete(id);
    for (const { id } of await this.#parts.policies.unmade())
      if (!this.#turns.has(id) && !this.#failed.has(id)) await this.#inTurn(id, () => this.#recover(id));
  }

  async #recover(id: string): Promise<void> {
    const { policies, homeserver, logger, signal } = this.#parts;
    const room = await policies.making(id);
    // it was made, or given up, since it was listed
    if (!room || room.room_id !== null) return;
    const { writer } = homeserver.asService(signal);
    const roomId = await soonFound(writer, stageOf(writer, id, wholeState(room)), signal, this.#timer);
    if (roomId === undefined) {
      await policies.abandon(id);
      return;
    }
    await this.#complete(room, roomId, [], { door: "service", actor: "service", on_behalf_of: room.owner }, signal);
    logger.info({ room_id: roomId }, "a room whose making was interrupted is complete");
  }

  /** Invites people, puts the room into its space, and notes that it is there. Safe to repeat. */
  async #complete(
    room: MadeRoom,
    roomId: string,
    invite: readonly string[],
    told: Told,
    signal: AbortSignal,
  ): Promise<{ room: ExistingRoom; uninvited: string[] }> {
    const { policies, homeserver, serverName, logger } = this.#parts;
    const { writer } = homeserver.asService(signal);
    const uninvited: string[] = [];
    const asker = told.actor === "service" ? room.owner : told.actor;
    for (const userId of new Set([room.owner, ...invite]))
      try {
        if (await writer.stateEvent(roomId, "m.room.member", userId)) continue;
        if (userId !== room.owner && !(await takesInvitation(homeserver, userId, [asker, room.owner])))
          uninvited.push(userId);
        else await writer.invite(roomId, userId, invitationReason(asker, userId));
      } catch (error) {
        if (!(error instanceof HomeserverError) || error.status < 400 || error.mayPass) throw error;
        logger.warn({ room_id: roomId, status: error.status }, "somebody could not be invited into a new room");
        uninvited.push(userId);
      }
    const { parent } = room.policy;
    if (parent !== null && !(await isChild(writer, parent, roomId)))
      await writer.sendState(parent, "m.space.child", roomId, { via: [serverName] });
    // a making that took very long may count as given up meanwhile: its room is to be guarded all the same
    await policies.begin({ id: room.id, origin: room.origin, room_id: null, owner: room.owner, policy: room.policy });
    await policies.made(room.id, roomId, { action: "room_create", outcome: "done", ...told, room_id: roomId });
    return { room: { ...room, room_id: roomId }, uninvited };
  }

  /** The body of `POST /createRoom`. */
  #options(serviceUser: string, room: MadeRoom, furnishing: Furnishing, roleRooms: readonly string[]): JsonObject {
    const { roomVersion } = this.#parts;
    const { owner, policy } = room;
    const mightyCreators = Number(roomVersion) >= 12;
    const guarded = isGuarded(policy);
    const creation: JsonObject = {};
    setMember(creation, CREATION, room.id);
    if (policy.scope_kind === "incognito") creation["m.federate"] = false;
    // a creator could do anything: there is none beside the service in a guarded room
    if (mightyCreators && !guarded) creation["additional_creators"] = [owner];
    const options: JsonObject = {
      preset: policy.visibility === "public" ? "public_chat" : "private_chat",
      visibility: policy.visibility === "public" ? "public" : "private",
      room_version: roomVersion,
      name: furnishing.name,
      creation_content: creation,
      initial_state: [...wantedState(policy, roleRooms)].map(([type, content]) => ({ type, state_key: "", content })),
    };
    if (furnishing.topic !== undefined) options["topic"] = furnishing.topic;
    if (guarded)
      options["power_level_content_override"] = guardedLevels(
        policy,
        owner,
        mightyCreators ? undefined : [serviceUser, GUARDED_LEVEL],
      );
    else if (!mightyCreators) options["power_level_content_override"] = { users: { [serviceUser]: 100, [owner]: 100 } };
    return options;
  }
}

async function isChild(writer: RoomWriter, space: string, roomId: string): Promise<boolean> {
  const child = await writer.stateEvent(space, "m.space.child", roomId);
  return child !== undefined && Object.keys(child.content).length > 0;
}

/** The state that a room has which is made to the end. */
function wholeState({ policy }: MadeRoom, furnishing?: Furnishing): string[] {
  const types = ["m.room.power_levels", ...wantedState(policy, []).keys(), "m.room.name"];
  if (furnishing?.topic !== undefined) types.push("m.room.topic");
  return types;
}

function stageOf(writer: RoomWriter, id: string, whole: readonly string[]): Making["stageOf"] {
  return async (roomId) => {
    const create = await writer.stateEvent(roomId, "m.room.create", "");
    if (create?.sender !== writer.userId || stringMember(create.content, CREATION) !== id) return undefined;
    return (await hasState(writer, roomId, whole)) ? "whole" : "unfinished";
  };
}
