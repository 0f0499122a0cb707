import { HomeserverError } from "../ports/homeserver/homeserver.ts";
import { RequestError } from "../requests/failures/failure.ts";
import type { RunOperation } from "../requests/operation.ts";
import type { Requester } from "../requests/requester.ts";
import type { HomeserverCheck, HomeserverReport } from "./homeserver-check.ts";

/** What the homeserver was seen to do, as the last probe has found it; for admins. @throws RequestError forbidden, unavailable */
export type ShowHomeserver = (requester: Requester) => Promise<HomeserverReport>;

/** The same, probed anew. @throws RequestError forbidden, unavailable, homeserver_away */
export type CheckHomeserver = (requester: Requester) => Promise<HomeserverReport>;

export interface ShowHomeserverParts {
  operate: RunOperation;
  homeserver: Pick<HomeserverCheck, "report" | "probe">;
}

const ADMINS = { adminOnly: "Only admins may see what the service knows of the homeserver" };

export function showHomeserver({ operate, homeserver }: ShowHomeserverParts): ShowHomeserver {
  return (requester) => operate({}, requester, () => homeserver.report(), ADMINS);
}

export function checkHomeserver({ operate, homeserver }: ShowHomeserverParts): CheckHomeserver {
  return (requester) =>
    operate(
      {},
      requester,
      () =>
        homeserver.probe().catch((error: unknown) => {
          throw error instanceof HomeserverError && error.status === 401 ? unknownService() : error;
        }),
      ADMINS,
    );
}

/** It is the service's own token that the homeserver does not accept: the requester's is good. */
function unknownService(): RequestError {
  return new RequestError(
    "homeserver_away",
    "M_UNKNOWN",
    "The homeserver does not know the as_token of the service's registration: name the registration file in its configuration and restart it",
  );
}
