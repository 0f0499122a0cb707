import type { HomeserverAccess } from "../ports/homeserver/homeserver-access.ts";
import type { Job } from "../ports/job-store.ts";
import { CHECK_MS, requireRoomId } from "../requests/access.ts";
import { jobIdOf } from "../requests/job-id.ts";
import type { RunOperation } from "../requests/operation.ts";
import { actorOf, type Requester } from "../requests/requester.ts";
import type { JobAccess } from "../jobs/job-access.ts";
import type { JobControl } from "../jobs/job-control.ts";
import { requireExportable, type ExportRules } from "./exportable.ts";
import type { ExportOptions } from "./options.ts";
import { exportParams } from "./export-params.ts";

/**
 * Queues an export that reads as the service user, filtered to what the requester may see; its bundle is kept in the bundle store.
 * `requestId` names the request (for the bot: the command's event id): asked again under the same one, the same job is given.
 * `upTo`: the id of the newest event that is exported (for the bot: the command, so that its notices are no part of it).
 * @throws RequestError
 */
export type StartExport = (
  roomId: string,
  requester: Requester,
  options: ExportOptions & { requestId?: string; upTo?: string },
) => Promise<Job>;

export interface StartExportParts {
  operate: RunOperation;
  control: Pick<JobControl, "get" | "queue">;
  jobAccess: Pick<JobAccess, "atMost">;
  homeserver: Pick<HomeserverAccess, "asService" | "account">;
  rules: ExportRules;
}

export function startExport({ operate, control, jobAccess, homeserver, rules }: StartExportParts): StartExport {
  return (roomId, requester, { requestId, upTo, ...options }) => {
    const entry = { action: "export", room_id: roomId, details: ["as_service"] } as const;
    return operate(
      entry,
      requester,
      async ({ caller }) => {
        requireRoomId(roomId);
        const { userId, adminToken } = caller;
        const id = jobIdOf(userId, requestId);
        const known = await control.get(id);
        if (known) return known;
        const soon = AbortSignal.timeout(CHECK_MS);
        const { reader } = homeserver.asService(soon);
        await requireExportable(roomId, caller, reader, rules, soon);
        const { ignored = [] } = adminToken ? {} : await homeserver.account(userId, caller.accessToken, soon);
        const params = exportParams({
          visibleTo: adminToken ? undefined : userId,
          ignored,
          ...(upTo !== undefined && { upTo }),
          options,
        });
        const job = { id, kind: "export", owner: userId, params, room_id: roomId } as const;
        // the store adds the job's id and its room
        const granted = { action: "export", outcome: "granted", ...actorOf(caller), details: ["as_service"] } as const;
        return await control.queue(job, jobAccess.atMost(caller), granted);
      },
      { session: true },
    );
  };
}
