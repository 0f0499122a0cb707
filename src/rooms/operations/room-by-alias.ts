import { serverOf } from "../../matrix/ids.ts";
import { HomeserverError } from "../../ports/homeserver/homeserver.ts";
import { CHECK_MS } from "../../requests/access.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import type { Requester } from "../../requests/requester.ts";
import type { RoomOperationParts } from "./room-operation.ts";

/** The id of the room that an alias (`#tea:example.org`) names. @throws RequestError not_found, homeserver_away */
export type RoomByAlias = (alias: string, requester: Requester) => Promise<string>;

export function roomByAlias(parts: Pick<RoomOperationParts, "operate" | "homeserver" | "serverName">): RoomByAlias {
  const { operate, homeserver, serverName } = parts;
  return (alias, requester) =>
    operate(
      {},
      requester,
      async () => {
        const roomId = await homeserver
          .resolveAlias(alias, AbortSignal.timeout(CHECK_MS))
          .catch((error: unknown) => failed(error, alias, serverName));
        if (roomId !== undefined) return roomId;
        throw new RequestError("not_found", "M_NOT_FOUND", `No room has the alias ${alias}: check its spelling`);
      },
      { session: true },
    );
}

/** Wherever somebody names a room, they may give its id or an alias. @throws RequestError not_found */
export async function roomIdOf(
  idOrAlias: string,
  requester: Requester,
  { byAlias }: { byAlias: RoomByAlias },
): Promise<string> {
  return idOrAlias.startsWith("#") ? await byAlias(idOrAlias, requester) : idOrAlias;
}

/** A malformed alias names no room. The homeserver asks the server of an alias, and that may be away. */
function failed(error: unknown, alias: string, serverName: string): undefined {
  if (!(error instanceof HomeserverError)) throw error;
  if (error.status === 400) return undefined;
  const server = serverOf(alias);
  if (server === serverName || !error.mayPass || error.status === 429) throw error;
  throw new RequestError(
    "homeserver_away",
    "M_UNKNOWN",
    `${server}, which knows the alias ${alias}, does not answer: name the room by its id, or try again later`,
  );
}
