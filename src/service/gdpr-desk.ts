import type { AuditLog } from "../ports/audit-log.ts";
import type { Job, JobStore } from "../ports/job-store.ts";
import { requireUserId } from "../requests/access.ts";
import { actorOf, outcomeOf } from "../audit/audit-trail.ts";
import { withFailures } from "../requests/failure-of.ts";
import { gdprParams } from "../exports/all-rooms/params.ts";
import type { JobControl } from "../jobs/job-control.ts";
import { RequestError } from "../requests/failure.ts";
import type { Requester } from "../requests/requester.ts";

/** Takes in exports of all rooms; their jobs are shown, cancelled and fetched like any other. */
export class GdprDesk {
  readonly #parts: { store: JobStore; desk: Pick<JobControl, "wake">; audit: Pick<AuditLog, "record"> };

  constructor(parts: { store: JobStore; desk: Pick<JobControl, "wake">; audit: Pick<AuditLog, "record"> }) {
    this.#parts = parts;
  }

  /**
   * Queues the export of every room that the service can read.
   * @param userId only the rooms of this user, and of them only what they may see
   * @throws RequestError invalid, forbidden
   */
  start(requester: Requester, userId: string | undefined): Promise<Job> {
    return withFailures(async () => {
      const { store, desk, audit } = this.#parts;
      const entry = { action: "gdpr_export", ...actorOf(requester), on_behalf_of: userId ?? null } as const;
      try {
        if (!requester.admin)
          throw new RequestError("forbidden", "M_FORBIDDEN", "Only admins and admin tokens can export all rooms");
        if (userId !== undefined) requireUserId(userId);
      } catch (error) {
        await audit.record({ ...entry, ...outcomeOf(error) });
        throw error;
      }
      const what = { kind: "gdpr_export", owner: requester.userId, params: gdprParams(userId), room_id: null } as const;
      const job = await store.create(what, undefined, { ...entry, outcome: "granted" });
      desk.wake();
      return job;
    });
  }
}
