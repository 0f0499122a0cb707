import type { HomeserverAccess } from "../../ports/homeserver/homeserver-access.ts";
import type { RoomReader, RoomWriter } from "../../ports/homeserver/homeserver.ts";
import type { Logger } from "../../ports/logger.ts";
import type { ExistingRoom, PolicyStore } from "../../ports/policy-store.ts";
import { CHECK_MS, requireRoomId } from "../../requests/access.ts";
import type { RunOperation } from "../../requests/operation.ts";
import type { HourlyLimits } from "../../requests/limits/hourly.ts";
import { requireActive } from "../../requests/standing.ts";
import type { Caller } from "../../requests/requester.ts";
import type { Directory } from "../directory.ts";
import type { NewRoomRules } from "../new-room.ts";
import type { OperatorsRules } from "../operators-rules.ts";
import type { RoomAccess } from "../room-access.ts";
import type { RoomClosing } from "../room-closing.ts";
import type { RoomGuard } from "../room-guard.ts";
import type { RoomMaking } from "../room-making.ts";
import type { Roles } from "../roles.ts";

/** What the operations on rooms work with. */
export interface RoomOperationParts {
  operate: RunOperation;
  policies: PolicyStore;
  roles: Roles;
  access: RoomAccess;
  directory: Directory;
  making: RoomMaking;
  guard: RoomGuard;
  closing: RoomClosing;
  homeserver: HomeserverAccess;
  hourly: HourlyLimits;
  serverName: string;
  /** slug to room id or alias */
  workspaces: Readonly<Record<string, string>>;
  /** patterns of the users of bridges */
  bridges: readonly string[];
  /** what the configuration lays down for rooms with rules */
  operators: OperatorsRules;
  /** Deletes what the service keeps of a room that has become incognito. Safe to repeat. @throws StorageError, StoreAway, HomeserverError */
  discard: (roomId: string) => Promise<void>;
  logger: Logger;
}

/** As the service user, for a request that somebody waits for. */
export function service({ homeserver }: Pick<RoomOperationParts, "homeserver">): {
  reader: RoomReader;
  writer: RoomWriter;
} {
  return homeserver.asService(AbortSignal.timeout(CHECK_MS));
}

/**
 * The room, where the caller may know of it and may act on the homeserver at present.
 * @throws RequestError invalid, not_found, forbidden; HomeserverError, StoreAway
 */
export async function roomFor(
  { access, homeserver }: Pick<RoomOperationParts, "access" | "homeserver">,
  roomId: string,
  caller: Caller,
  reader: RoomReader,
): Promise<ExistingRoom> {
  requireRoomId(roomId);
  await requireActive(homeserver, caller);
  return await access.require(roomId, caller, reader);
}

/** What decides who may be in which room. */
export function rulesOf({
  roles,
  bridges,
  operators,
  serverName,
  homeserver,
}: Pick<RoomOperationParts, "roles" | "bridges" | "operators" | "serverName" | "homeserver">): NewRoomRules {
  const hasUser = (userId: string): Promise<boolean> => homeserver.hasUser(userId, AbortSignal.timeout(CHECK_MS));
  return { roles, bridges, operators, serverName, hasUser };
}
