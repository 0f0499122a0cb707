import type { AuditLog } from "../ports/audit-log.ts";
import type { Job, JobStore } from "../ports/job-store.ts";
import { requireUserId } from "./access.ts";
import { by, outcomeOf } from "./audit-trail.ts";
import { checked } from "./checked.ts";
import { gdprParams } from "./job-params.ts";
import type { JobDesk } from "./job-desk.ts";
import { PorterError, type Requester } from "./porter.ts";

/** Takes in exports of all rooms; their jobs are shown, cancelled and fetched like any other. */
export class GdprDesk {
  readonly #parts: { store: JobStore; desk: Pick<JobDesk, "wake">; audit: Pick<AuditLog, "record"> };

  constructor(parts: { store: JobStore; desk: Pick<JobDesk, "wake">; audit: Pick<AuditLog, "record"> }) {
    this.#parts = parts;
  }

  /**
   * Queues the export of every room that the service can read.
   * @param userId only the rooms of this user, and of them only what they may see
   * @throws PorterError 400, 403
   */
  start(requester: Requester, userId: string | undefined): Promise<Job> {
    return checked(async () => {
      const { store, desk, audit } = this.#parts;
      const entry = { action: "gdpr_export", ...by(requester), on_behalf_of: userId ?? null } as const;
      try {
        if (!requester.admin)
          throw new PorterError(403, "M_FORBIDDEN", "Only admins and admin tokens can export all rooms");
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
