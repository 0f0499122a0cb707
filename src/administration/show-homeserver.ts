import type { AskHomeserver, HomeserverInfo } from "../ports/homeserver/homeserver-info.ts";
import { HomeserverError } from "../ports/homeserver/homeserver.ts";
import { RequestError } from "../requests/failures/failure.ts";
import type { RunOperation } from "../requests/operation.ts";
import type { Requester } from "../requests/requester.ts";

/** What the homeserver can do, asked anew; for admins. @throws RequestError forbidden, homeserver_away */
export type ShowHomeserver = (requester: Requester) => Promise<HomeserverInfo>;

export interface ShowHomeserverParts {
  operate: RunOperation;
  askHomeserver: AskHomeserver;
}

export function showHomeserver({ operate, askHomeserver }: ShowHomeserverParts): ShowHomeserver {
  return (requester) =>
    operate(
      {},
      requester,
      () =>
        askHomeserver().catch((error: unknown) => {
          throw error instanceof HomeserverError && error.status === 401 ? unknownService() : error;
        }),
      { adminOnly: "Only admins may see what the service knows of the homeserver" },
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
