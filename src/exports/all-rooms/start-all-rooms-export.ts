import type { Job } from "../../ports/job-store.ts";
import { serverOf } from "../../matrix/ids.ts";
import type { HomeserverAccess } from "../../ports/homeserver/homeserver-access.ts";
import { CHECK_MS, requireUserId } from "../../requests/access.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import type { RunOperation } from "../../requests/operation.ts";
import { actorOf, type Requester } from "../../requests/requester.ts";
import type { JobControl } from "../../jobs/job-control.ts";
import { gdprParams } from "./all-rooms-params.ts";

/**
 * Queues the export of every room that the service can read; its job is shown, cancelled and fetched like any other, by admins.
 * @param userId only the rooms of this user, and of them only what they may see
 * @throws RequestError forbidden, invalid, not_found where there is no such user of this homeserver
 */
export type StartAllRoomsExport = (requester: Requester, userId: string | undefined) => Promise<Job>;

export interface StartAllRoomsExportParts {
  operate: RunOperation;
  control: Pick<JobControl, "queue">;
  homeserver: Pick<HomeserverAccess, "account" | "hasUser" | "asService">;
}

export function startAllRoomsExport({ operate, control, homeserver }: StartAllRoomsExportParts): StartAllRoomsExport {
  return (requester, userId) => {
    const entry = { action: "gdpr_export", on_behalf_of: userId ?? null } as const;
    return operate(
      entry,
      requester,
      async ({ caller }) => {
        if (userId !== undefined) await requireKnown(userId, homeserver);
        const job = { kind: "gdpr_export", owner: caller.userId, params: gdprParams(userId), room_id: null } as const;
        return await control.queue(job, Infinity, { ...entry, outcome: "granted", ...actorOf(caller) });
      },
      { adminOnly: "Only admins and admin tokens can export all rooms" },
    );
  };
}

/**
 * Is there this user, also one who is deactivated? Their account tells where the service may ask for it, else their profile; an erased
 * one has none, and is known by the rooms that they were in. Of users of other servers nothing is asked: those may be away.
 * @throws RequestError invalid, not_found; HomeserverError
 */
async function requireKnown(userId: string, homeserver: StartAllRoomsExportParts["homeserver"]): Promise<void> {
  requireUserId(userId);
  const signal = AbortSignal.timeout(CHECK_MS);
  const { reader, writer } = homeserver.asService(signal);
  if (serverOf(userId) !== serverOf(reader.userId)) return;
  const { deactivated } = await homeserver.account(userId, undefined, signal);
  if (deactivated !== undefined || (await homeserver.hasUser(userId, signal))) return;
  for (const roomId of await writer.joinedRooms()) if (await reader.stateEvent(roomId, "m.room.member", userId)) return;
  throw new RequestError("not_found", "M_NOT_FOUND", `There is no user ${userId}: check the spelling`);
}
