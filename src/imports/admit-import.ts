import { TooManyJobs } from "../ports/job-store.ts";
import { CHECK_MS } from "../requests/access.ts";
import type { RunOperation } from "../requests/operation.ts";
import type { Caller, Requester } from "../requests/requester.ts";
import { importingUser } from "./importing-user.ts";
import type { StartImportParts } from "./start-import.ts";

/**
 * May they import, as far as that is known before the bundle has come? For doors that would receive it for nothing.
 * @param as the user for whom, where that is known already
 * @throws RequestError forbidden, invalid, too_many
 */
export type AdmitImport = (requester: Requester, as: string | undefined) => Promise<void>;

type Parts = Pick<StartImportParts, "jobAccess" | "store" | "homeserver" | "serverName"> & { operate: RunOperation };

export function admitImport(parts: Parts): AdmitImport {
  return (requester, as) =>
    parts.operate({ action: "import", on_behalf_of: as ?? null }, requester, async ({ caller }) => {
      await requireFreePlace(parts, caller);
      if (as !== undefined) await userFor(parts, caller, as);
    });
}

/** @throws TooManyJobs; StoreAway */
export async function requireFreePlace(
  { store, jobAccess }: Pick<Parts, "store" | "jobAccess">,
  caller: Caller,
): Promise<void> {
  if ((await store.unfinished(caller.userId)) >= jobAccess.atMost(caller)) throw new TooManyJobs();
}

/** For whom the caller may import. @throws RequestError forbidden, invalid; HomeserverError */
export async function userFor(
  { homeserver, serverName }: Pick<Parts, "homeserver" | "serverName">,
  caller: Caller,
  as: string | undefined,
): Promise<string> {
  const hasUser = (user: string): Promise<boolean> => homeserver.hasUser(user, AbortSignal.timeout(CHECK_MS));
  return await importingUser(caller, as, { serverName, hasUser });
}
