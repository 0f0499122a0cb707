import { maySendState } from "../matrix/power-levels.ts";
import { stringMember } from "../matrix/json.ts";
import { HomeserverError, type RoomReader } from "../ports/homeserver/homeserver.ts";
import { requireJoined } from "./access.ts";
import { RequestError } from "./failures/failure.ts";

/** A space that the new room is to join, and servers through which it can be reached. */
export interface Workspace {
  room_id: string;
  via: string[];
}

export interface WorkspaceRules {
  /** slug to room id or alias, from the configuration */
  slugs: Readonly<Record<string, string>>;
  serverName: string;
  resolveAlias: (alias: string) => Promise<string | undefined>;
  /** as the service user */
  reader: RoomReader;
  /** is it a room that must not exist for the requester? */
  hides: (roomId: string) => Promise<boolean>;
}

/**
 * Finds a workspace by room id, alias or slug (an entry of the configuration, else the alias `#slug:server`), and makes sure that
 * rooms can be put into it: by the service user, and by `userId` where one is given.
 * @throws RequestError invalid (no space), forbidden, not_found; HomeserverError
 */
export async function findWorkspace(
  name: string,
  userId: string | undefined,
  rules: WorkspaceRules,
): Promise<Workspace> {
  const { reader } = rules;
  const roomId = await roomIdOf(name, rules);
  if (roomId === undefined) throw new RequestError("not_found", "M_NOT_FOUND", "There is no such workspace");
  // who is not in it does not learn whether the service is
  const absent =
    userId === undefined
      ? `${reader.userId} is not in that workspace: invite it there first`
      : `You are not in that workspace, or ${reader.userId} is not: both must be in it`;
  await requireJoined(reader, roomId, reader.userId, absent);
  // the same answer as where there is none
  if (await rules.hides(roomId)) throw new RequestError("forbidden", "M_FORBIDDEN", absent);
  if (userId !== undefined) await requireJoined(reader, roomId, userId, absent);
  const create = await reader.stateEvent(roomId, "m.room.create", "");
  if (!create || stringMember(create.content, "type") !== "m.space")
    throw new RequestError("invalid", "M_INVALID_PARAM", "That room is not a space");
  const levels = await reader.stateEvent(roomId, "m.room.power_levels", "");
  if (userId !== undefined && !maySendState(create, levels, userId, "m.space.child"))
    throw new RequestError("forbidden", "M_FORBIDDEN", "You may not add rooms to that workspace");
  if (!maySendState(create, levels, reader.userId, "m.space.child"))
    throw new RequestError(
      "forbidden",
      "M_FORBIDDEN",
      `${reader.userId} may not add rooms to that workspace: give it the power level that m.space.child needs there`,
    );
  return { room_id: roomId, via: [rules.serverName] };
}

async function roomIdOf(
  name: string,
  { slugs, serverName, resolveAlias }: WorkspaceRules,
): Promise<string | undefined> {
  const named = Object.hasOwn(slugs, name) ? slugs[name] : undefined;
  const target = named ?? (/^[!#]/.test(name) ? name : `#${name}:${serverName}`);
  if (target.startsWith("!")) return target;
  try {
    return await resolveAlias(target);
  } catch (error) {
    if (error instanceof HomeserverError && error.status === 400) return undefined;
    throw error;
  }
}
