import { TooManyJobs, type Job, type JobStore } from "../ports/job-store.ts";
import { CHECK_MS } from "../requests/access.ts";
import { jobIdOf } from "../requests/job-id.ts";
import type { RunOperation } from "../requests/operation.ts";
import type { Places } from "../requests/limits/places.ts";
import { requireAble } from "../requests/standing.ts";
import type { Caller, Requester } from "../requests/requester.ts";
import { importingUser } from "./importing-user.ts";
import { requireDates } from "./require-dates.ts";
import type { StartImportParts } from "./start-import.ts";

/**
 * May they import, as far as that is known before the bundle has come? For doors that would receive it for nothing. The upload has a
 * place until its disposal.
 * @param announced bytes that are to come; 0: not known
 * @param requestId as for `StartImport`
 * @throws RequestError forbidden, too_many, no_space
 */
export type AdmitImport = (requester: Requester, announced: number, requestId?: string) => Promise<UploadPlace>;

export interface UploadPlace extends Disposable {
  /** the job that this request has started before: nothing is to come any more */
  known: Job | undefined;
  /** May they import for this user? @throws RequestError forbidden, invalid */
  forUser(as: string): Promise<void>;
}

type Parts = Pick<
  StartImportParts,
  "control" | "jobAccess" | "homeserver" | "capabilities" | "serverName" | "userStorage" | "hourly"
> & {
  store: Pick<JobStore, "unfinished">;
  operate: RunOperation;
  uploads: Places;
};

export function admitImport(parts: Parts): AdmitImport {
  const { operate, control, uploads, userStorage, hourly } = parts;
  return (requester, announced, requestId) =>
    operate({ action: "import", on_behalf_of: null }, requester, async ({ caller }) => {
      const known = requestId === undefined ? undefined : await control.get(jobIdOf(caller.userId, requestId));
      if (known) return { known, [Symbol.dispose]: () => undefined, forUser: async () => undefined };
      await requireDates(parts.capabilities);
      await requireFreePlace(parts, caller);
      if (!caller.adminToken) await userFor(parts, caller, undefined);
      await hourly.rooms.requireLeft(caller);
      await userStorage.requireRoom(caller.userId, announced);
      const place = uploads.take(caller);
      return {
        known,
        [Symbol.dispose]: () => place[Symbol.dispose](),
        forUser: (as) =>
          operate({ action: "import", on_behalf_of: as }, requester, async () => {
            await userFor(parts, caller, as);
          }),
      };
    });
}

/** @throws TooManyJobs; StoreAway */
export async function requireFreePlace(
  { store, jobAccess }: Pick<Parts, "store" | "jobAccess">,
  caller: Caller,
): Promise<void> {
  if ((await store.unfinished(caller.userId)) >= jobAccess.atMost(caller)) throw new TooManyJobs();
}

/** For whom the caller may import: somebody who can enter the new room. @throws RequestError forbidden, invalid; HomeserverError */
export async function userFor(
  { homeserver, serverName }: Pick<Parts, "homeserver" | "serverName">,
  caller: Caller,
  as: string | undefined,
): Promise<string> {
  const hasUser = (user: string): Promise<boolean> => homeserver.hasUser(user, AbortSignal.timeout(CHECK_MS));
  const userId = await importingUser(caller, as, { serverName, hasUser });
  await requireAble(homeserver, userId === caller.userId ? caller : { userId });
  return userId;
}
