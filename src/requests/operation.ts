import type { AuditAction, AuditEntry, AuditLog } from "../ports/audit-log.ts";
import { requireNoGuest, requirePermission, type Permission } from "./access.ts";
import { RequestError } from "./failures/failure.ts";
import { withFailures } from "./failures/failure-of.ts";
import { outcomeOf } from "./failures/outcome-of.ts";
import { actorOf, type Caller, type Requester } from "./requester.ts";

/** What an operation does, in the words of the audit log. */
export type OperationEntry = Pick<AuditEntry, "room_id" | "target" | "job_id" | "details" | "on_behalf_of"> & {
  /** absent: the audit log does not tell of it */
  action?: AuditAction;
};

export interface OperationRules {
  /** for admins and admin tokens alone: how others are refused */
  adminOnly?: string;
  /** may it be asked for with the session of a widget? Such a session acts for somebody with less than their own token */
  session?: true;
  /** aborted: whoever asked is gone, which is why it failed */
  signal?: AbortSignal;
}

/** One call of an operation that was let in. */
export interface Admission {
  caller: Caller;
  /** Tells the audit log of it. @throws StoreAway: what cannot be recorded must not be answered */
  record(more: Pick<AuditEntry, "outcome"> & Partial<AuditEntry>): Promise<void>;
}

/**
 * Runs one operation: asks first what the requester may do now, lets nothing but RequestError out for what is known to go wrong
 * (`failureOf`), and records a refusal or a failure. What succeeds is recorded by `act`, or by the job that it starts.
 * @throws RequestError forbidden for those whom the configuration does not let in, and what `act` throws
 */
export type RunOperation = <T>(
  entry: OperationEntry,
  requester: Requester,
  act: (admission: Admission) => Promise<T>,
  rules?: OperationRules,
) => Promise<T>;

/**
 * The one way in: every operation that a door can call runs in what this gives.
 * @param permissionOf what a user may do now
 * @param allowGuests may guest accounts do the same?
 */
export function operateWith(
  permissionOf: (userId: string) => Permission,
  audit: Pick<AuditLog, "record">,
  allowGuests = false,
): RunOperation {
  return async ({ action, ...entry }, requester, act, { signal, ...rules } = {}) => {
    const record: Admission["record"] = async (more) => {
      if (action !== undefined) await audit.record({ action, ...entry, ...actorOf(requester), ...more });
    };
    try {
      return await withFailures(async () => {
        requireNoGuest(requester, allowGuests);
        return await act({ caller: admitted(permissionOf, requester, rules), record });
      });
    } catch (error) {
      await withFailures(() => record(signal?.aborted ? { outcome: "cancelled" } : outcomeOf(error)));
      throw error;
    }
  };
}

const NOT_BY_SESSION =
  "The widget's session cannot do this: it can export a room as a job, and look after your own jobs. Use your own access token, or sign in on the web page";

/** @throws RequestError forbidden */
function admitted(
  permissionOf: (userId: string) => Permission,
  requester: Requester,
  { adminOnly, session }: Pick<OperationRules, "adminOnly" | "session">,
): Caller {
  const permission = requester.adminToken ? "admin" : permissionOf(requester.userId);
  requirePermission(permission);
  if (requester.session && !session) throw new RequestError("forbidden", "M_FORBIDDEN", NOT_BY_SESSION);
  const admin = permission === "admin" && !requester.session;
  if (adminOnly !== undefined && !admin) throw new RequestError("forbidden", "M_FORBIDDEN", adminOnly);
  return { ...requester, admin };
}
