import type { Job } from "../../ports/job-store.ts";
import { requireUserId } from "../../requests/access.ts";
import type { RunOperation } from "../../requests/operation.ts";
import { actorOf, type Requester } from "../../requests/requester.ts";
import type { JobControl } from "../../jobs/job-control.ts";
import { gdprParams } from "./all-rooms-params.ts";

/**
 * Queues the export of every room that the service can read; its job is shown, cancelled and fetched like any other, by admins.
 * @param userId only the rooms of this user, and of them only what they may see
 * @throws RequestError forbidden, invalid
 */
export type StartAllRoomsExport = (requester: Requester, userId: string | undefined) => Promise<Job>;

export interface StartAllRoomsExportParts {
  operate: RunOperation;
  control: Pick<JobControl, "queue">;
}

export function startAllRoomsExport({ operate, control }: StartAllRoomsExportParts): StartAllRoomsExport {
  return (requester, userId) => {
    const entry = { action: "gdpr_export", on_behalf_of: userId ?? null } as const;
    return operate(
      entry,
      requester,
      async ({ caller }) => {
        if (userId !== undefined) requireUserId(userId);
        const job = { kind: "gdpr_export", owner: caller.userId, params: gdprParams(userId), room_id: null } as const;
        return await control.queue(job, Infinity, { ...entry, outcome: "granted", ...actorOf(caller) });
      },
      { adminOnly: "Only admins and admin tokens can export all rooms" },
    );
  };
}
