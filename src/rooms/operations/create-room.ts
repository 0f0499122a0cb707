import { serverOf } from "../../matrix/ids.ts";
import { CHECK_MS, requireUserId } from "../../requests/access.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import { jobIdOf } from "../../requests/job-id.ts";
import { actorOf, type Caller, type Requester } from "../../requests/requester.ts";
import { requireAble } from "../../requests/standing.ts";
import { findWorkspace, type Workspace } from "../../requests/workspace.ts";
import { show } from "../directory.ts";
import { policyFor, requireFit } from "../new-room.ts";
import { obeying } from "../operators-rules.ts";
import type { NewRoomOptions } from "../options.ts";
import type { MadeRoomShown } from "../shapes.ts";
import { rulesOf, service, type RoomOperationParts } from "./room-operation.ts";

/**
 * Makes a room. What must hold is checked before anything is made. `requestId` names the request (for the bot: the command's event id):
 * asked again, the same room is given. @throws RequestError
 */
export type CreateRoom = (
  requester: Requester,
  options: NewRoomOptions & { requestId?: string },
) => Promise<MadeRoomShown>;

export function createRoom(parts: RoomOperationParts): CreateRoom {
  const { operate, policies, roles, making, hourly } = parts;
  return (requester, options) => {
    const on_behalf_of = options.as ?? null;
    return operate({ action: "room_create", on_behalf_of }, requester, async ({ caller }) => {
      const owner = ownerOf(caller, options.as, parts.serverName);
      const id = jobIdOf(owner, options.requestId);
      const known = (await policies.making(id))?.room_id;
      if (!known) await requireAble(parts.homeserver, owner === caller.userId ? caller : { userId: owner });
      const workspace = known ? undefined : await workspaceOf(parts, options.workspace_id, caller);
      const wanted = policyFor(options, workspace?.room_id ?? null, roles);
      const wish = { owner, before: undefined, autoClose: options.auto_close_on_leave };
      const policy = known ? wanted : obeying(wanted, wish, parts.operators);
      const invite = options.invite.filter((userId) => userId !== owner);
      if (!known) await requireFit([owner, ...invite], policy, rulesOf(parts));
      const make = (): ReturnType<typeof making.make> =>
        making.make(
          { id, owner, policy },
          { name: options.name, topic: options.topic, invite },
          { ...actorOf(caller), on_behalf_of },
        );
      const { room, uninvited } = known
        ? await make()
        : await hourly.rooms.during(caller, 1, () => hourly.invitations.during(caller, invite.length, make));
      return { ...(await show(room, owner, service(parts).reader)), uninvited };
    });
  };
}

/** @throws RequestError invalid, forbidden */
function ownerOf({ userId, adminToken }: Caller, as: string | undefined, serverName: string): string {
  if (as !== undefined) requireUserId(as);
  if (as !== undefined && as !== userId && !adminToken)
    throw new RequestError("forbidden", "M_FORBIDDEN", "Only an admin token can make a room for somebody else");
  if (as === undefined && adminToken)
    throw new RequestError(
      "invalid",
      "M_MISSING_PARAM",
      "An admin token needs `as`: the user for whom to make the room",
    );
  if (as !== undefined && serverOf(as) !== serverName)
    throw new RequestError(
      "invalid",
      "M_INVALID_PARAM",
      `${as} is no user of ${serverName}: name one, for of others it is not known whether they can log in`,
    );
  return as ?? userId;
}

async function workspaceOf(
  parts: RoomOperationParts,
  name: string | undefined,
  caller: Caller,
): Promise<Workspace | undefined> {
  if (name === undefined) return undefined;
  const { homeserver, workspaces, serverName, access } = parts;
  return await findWorkspace(name, caller.adminToken ? undefined : caller.userId, {
    slugs: workspaces,
    serverName,
    resolveAlias: (alias) => homeserver.resolveAlias(alias, AbortSignal.timeout(CHECK_MS)),
    reader: service(parts).reader,
    hides: (roomId) => access.hides(roomId, caller),
  });
}
