import { setTimeout as sleep } from "node:timers/promises";
import { stringMember } from "../matrix/json.ts";
import { IMPORTED, POLICY } from "../matrix/names.ts";
import { readPolicy, type RoomPolicy } from "../policy/room-policy.ts";
import type { AuditDetail, AuditEntry, AuditLog } from "../ports/audit-log.ts";
import type { HomeserverAccess } from "../ports/homeserver/homeserver-access.ts";
import { HomeserverError, type RoomReader } from "../ports/homeserver/homeserver.ts";
import { errorFields, type Logger } from "../ports/logger.ts";
import type { ExistingRoom, PolicyStore } from "../ports/policy-store.ts";
import { actorOf } from "../audit/audit-trail.ts";
import { requirePermission, requireRoomId, requireUserId, type Permissions } from "../requests/access.ts";
import { withFailures } from "../requests/failure-of.ts";
import { jobIdOf } from "../requests/job-id.ts";
import { RequestError } from "../requests/failure.ts";
import type { Requester } from "../requests/requester.ts";
import type { MadeRoomShown, NewRoomOptions, PolicyChanges, Rooms, ShownRoom, ShownWorkspace } from "./rooms.ts";
import { findWorkspace, type Workspace } from "../requests/workspace.ts";
import { changedPolicy } from "./changed-policy.ts";
import { Directory, show } from "./directory.ts";
import { policyFor, requireFit, type NewRoomRules } from "./new-room.ts";
import { membershipOf, powerIn, requireModerator, requireOwner, type RoomAccess } from "./room-access.ts";
import type { Closed, RoomClosing } from "./room-closing.ts";
import type { RoomGuard } from "./room-guard.ts";
import type { RoomMaking } from "./room-making.ts";
import type { Roles } from "./roles.ts";

export interface RoomServiceParts {
  policies: PolicyStore;
  roles: Roles;
  access: RoomAccess;
  making: RoomMaking;
  guard: RoomGuard;
  closing: RoomClosing;
  homeserver: HomeserverAccess;
  serverName: string;
  permissions: Permissions;
  /** slug to room id or alias */
  workspaces: Readonly<Record<string, string>>;
  /** patterns of the users of bridges */
  bridges: readonly string[];
  audit: Pick<AuditLog, "record">;
  logger: Logger;
}

type Act = Pick<AuditEntry, "action" | "room_id" | "target" | "details" | "on_behalf_of">;

/** How long a door waits for a homeserver that is away before it says so, in milliseconds. */
const CHECK_MS = 20_000;
/** How long a door waits for a room to be closed, in milliseconds. */
const CLOSING_MS = 10_000;

/** Rooms that the service makes and guards, behind its doors: who may do what, and what is told of it. */
export class RoomService implements Rooms {
  readonly #parts: RoomServiceParts;
  readonly #directory: Directory;

  constructor(parts: RoomServiceParts) {
    this.#parts = parts;
    this.#directory = new Directory(parts.policies, parts.access, parts.workspaces);
  }

  create(requester: Requester, options: NewRoomOptions): Promise<MadeRoomShown> {
    const entry = { action: "room_create", on_behalf_of: options.as ?? null } as const;
    return this.#refused(requester, entry, async () => {
      const { policies, roles, making } = this.#parts;
      requirePermission(this.#parts.permissions, requester);
      const owner = ownerOf(requester, options.as);
      const id = jobIdOf(owner, options.requestId);
      const rules = this.#rules();
      const known = (await policies.making(id))?.room_id;
      const workspace = known ? undefined : await this.#workspace(options.workspace, requester);
      const policy = policyFor(options, workspace?.room_id ?? null, roles);
      const invite = (options.invite ?? []).filter((userId) => userId !== owner);
      if (!known) await requireFit([owner, ...invite], policy, rules);
      const { room, uninvited } = await making.make(
        { id, owner, policy },
        { name: options.name, topic: options.topic, invite },
        { ...actorOf(requester), on_behalf_of: options.as ?? null },
      );
      return { ...(await show(room, owner, this.#reader())), uninvited };
    });
  }

  list(requester: Requester): Promise<ShownRoom[]> {
    return withFailures(async () => {
      requirePermission(this.#parts.permissions, requester);
      return await this.#directory.rooms(requester, this.#reader());
    });
  }

  workspaces(requester: Requester, as?: string): Promise<ShownWorkspace[]> {
    return withFailures(async () => {
      requirePermission(this.#parts.permissions, requester);
      if (as !== undefined) requireUserId(as);
      if (as !== undefined && !requester.adminToken)
        throw new RequestError("forbidden", "M_FORBIDDEN", "Only an admin token can ask for somebody else");
      const userId = requester.adminToken ? as : requester.userId;
      const { writer } = this.#parts.homeserver.asService(AbortSignal.timeout(CHECK_MS));
      return await this.#directory.workspaces(userId, this.#reader(), writer);
    });
  }

  invite(roomId: string, userId: string, requester: Requester): Promise<void> {
    return this.#told(requester, { action: "room_invite", room_id: roomId, target: userId }, async () => {
      const reader = this.#reader();
      const room = await this.#room(roomId, requester, reader);
      // who holds a role may come in by themselves
      const oneself = userId === requester.userId && room.policy.visibility === "restricted";
      if (!oneself) await requireModerator(room, requester, reader);
      await requireFit([userId], room.policy, this.#rules());
      const membership = await membershipOf(reader, roomId, userId);
      if (membership === "join" || membership === "invite") return;
      if (membership === "ban")
        throw new RequestError("forbidden", "M_FORBIDDEN", "That person is banned from this room");
      await this.#parts.homeserver.asService(AbortSignal.timeout(CHECK_MS)).writer.invite(roomId, userId);
    });
  }

  kick(roomId: string, userId: string, requester: Requester): Promise<void> {
    return this.#told(requester, { action: "room_kick", room_id: roomId, target: userId }, async () => {
      const reader = this.#reader();
      const room = await this.#room(roomId, requester, reader);
      requireUserId(userId);
      await requireModerator(room, requester, reader);
      if (userId === reader.userId)
        throw new RequestError("forbidden", "M_FORBIDDEN", "The service looks after this room");
      const stronger = requester.admin || (await this.#isStronger(roomId, requester.userId, userId, reader));
      if (!stronger)
        throw new RequestError("forbidden", "M_FORBIDDEN", "That person has as much power in this room as you");
      const membership = await membershipOf(reader, roomId, userId);
      if (membership !== "join" && membership !== "invite" && membership !== "knock")
        throw new RequestError("not_found", "M_NOT_FOUND", "That person is not in this room");
      const { writer } = this.#parts.homeserver.asService(AbortSignal.timeout(CHECK_MS));
      await writer.kick(roomId, userId, "Removed by somebody who looks after this room.");
    });
  }

  close(roomId: string, requester: Requester): Promise<Closed | undefined> {
    return this.#refused(requester, { action: "room_close", room_id: roomId }, async () => {
      const { closing, logger } = this.#parts;
      const room = await this.#room(roomId, requester, this.#reader());
      requireOwner(room, requester);
      await closing.begin(room, actorOf(requester));
      const finished = closing.finish(room).catch((error: unknown) => {
        logger.error({ room_id: roomId, ...errorFields(error) }, "a room is not closed yet: it is tried again");
        return undefined;
      });
      return await Promise.race([finished, sleep(CLOSING_MS, undefined, { ref: false })]);
    });
  }

  setPolicy(roomId: string, changes: PolicyChanges, requester: Requester): Promise<ShownRoom> {
    const details = Object.keys(changes) as AuditDetail[];
    const action = changes.do_not_index === undefined ? "policy_change" : "index_flip";
    const entry = { action, room_id: roomId, details } as const;
    return this.#refused(requester, entry, async () => {
      const { policies, guard, homeserver } = this.#parts;
      const reader = this.#reader();
      await this.#adopt(roomId, requester, reader);
      const room = await this.#room(roomId, requester, reader);
      requireOwner(room, requester);
      const policy = await changedPolicy(room, changes, requester, this.#rules(), reader);
      // from now on the guard puts the room's state right if this does not come so far
      await policies.setPolicy(roomId, policy, { ...entry, outcome: "done", ...actorOf(requester) });
      const { writer } = homeserver.asService(AbortSignal.timeout(CHECK_MS));
      await writer.sendState(roomId, POLICY, "", { ...policy });
      await guard.check({ ...room, policy });
      return await show({ ...room, policy }, requester.userId, reader);
    });
  }

  /** A room that an import made before such rooms were noted down. */
  async #adopt(roomId: string, requester: Requester, reader: RoomReader): Promise<void> {
    requireRoomId(roomId);
    if (!requester.admin || (await this.#parts.policies.get(roomId))) return;
    try {
      const imported = await reader.stateEvent(roomId, IMPORTED, "");
      if (imported?.sender !== reader.userId) return;
      const policy: RoomPolicy = readPolicy((await reader.stateEvent(roomId, POLICY, ""))?.content);
      const owner = stringMember(imported.content, "imported_by") ?? reader.userId;
      const id = stringMember(imported.content, "job_id") ?? jobIdOf(owner, roomId);
      await this.#parts.policies.begin({ id, origin: "imported", room_id: roomId, owner, policy });
    } catch (error) {
      if (!(error instanceof HomeserverError && (error.status === 403 || error.status === 404))) throw error;
    }
  }

  async #room(roomId: string, requester: Requester, reader: RoomReader): Promise<ExistingRoom> {
    requirePermission(this.#parts.permissions, requester);
    requireRoomId(roomId);
    return await this.#parts.access.require(roomId, requester, reader);
  }

  async #workspace(name: string | undefined, requester: Requester): Promise<Workspace | undefined> {
    if (name === undefined) return undefined;
    const { homeserver, workspaces, serverName, access } = this.#parts;
    return await findWorkspace(name, requester.adminToken ? undefined : requester.userId, {
      slugs: workspaces,
      serverName,
      resolveAlias: (alias) => homeserver.resolveAlias(alias, AbortSignal.timeout(CHECK_MS)),
      reader: this.#reader(),
      hides: (roomId) => access.hides(roomId, requester),
    });
  }

  async #isStronger(roomId: string, userId: string, other: string, reader: RoomReader): Promise<boolean> {
    return (await powerIn(reader, roomId, userId)) > (await powerIn(reader, roomId, other));
  }

  #rules(): NewRoomRules {
    const { roles, bridges, serverName, homeserver } = this.#parts;
    const hasUser = (userId: string): Promise<boolean> => homeserver.hasUser(userId, AbortSignal.timeout(CHECK_MS));
    return { roles, bridges, serverName, hasUser };
  }

  #reader(): RoomReader {
    return this.#parts.homeserver.asService(AbortSignal.timeout(CHECK_MS)).reader;
  }

  /** Does what the homeserver alone keeps, and notes that it was done. */
  #told(requester: Requester, entry: Act, act: () => Promise<void>): Promise<void> {
    return this.#refused(requester, entry, async () => {
      await act();
      await this.#parts.audit.record({ ...entry, outcome: "done", ...actorOf(requester) });
    });
  }

  /** Does it, and notes where it was refused or failed. @throws RequestError */
  async #refused<T>(requester: Requester, entry: Act, act: () => Promise<T>): Promise<T> {
    try {
      return await withFailures(act);
    } catch (error) {
      if (error instanceof RequestError && error.kind !== "unavailable") {
        const outcome = error.refused ? "refused" : "failed";
        const told = { ...entry, outcome, ...actorOf(requester), reasons: [error.errcode] } as const;
        await withFailures(() => this.#parts.audit.record(told));
      }
      throw error;
    }
  }
}

/** @throws RequestError invalid, forbidden */
function ownerOf(requester: Requester, as: string | undefined): string {
  if (as !== undefined) requireUserId(as);
  if (as !== undefined && as !== requester.userId && !requester.adminToken)
    throw new RequestError("forbidden", "M_FORBIDDEN", "Only an admin token can make a room for somebody else");
  if (as === undefined && requester.adminToken)
    throw new RequestError(
      "invalid",
      "M_MISSING_PARAM",
      "An admin token needs `as`: the user for whom to make the room",
    );
  return as ?? requester.userId;
}
