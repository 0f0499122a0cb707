import { HomeserverError } from "../../ports/homeserver/homeserver.ts";
import { CHECK_MS } from "../../requests/access.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import type { Requester } from "../../requests/requester.ts";
import type { RoomOperationParts } from "./room-operation.ts";

/** The id of the room that an alias (`#tea:example.org`) names. @throws RequestError not_found */
export type RoomByAlias = (alias: string, requester: Requester) => Promise<string>;

export function roomByAlias({ operate, homeserver }: Pick<RoomOperationParts, "operate" | "homeserver">): RoomByAlias {
  return (alias, requester) =>
    operate({}, requester, async () => {
      const roomId = await homeserver.resolveAlias(alias, AbortSignal.timeout(CHECK_MS)).catch(unlessMalformed);
      if (roomId !== undefined) return roomId;
      throw new RequestError("not_found", "M_NOT_FOUND", `No room has the alias ${alias}: check its spelling`);
    });
}

/** Wherever somebody names a room, they may give its id or an alias. @throws RequestError not_found */
export async function roomIdOf(
  idOrAlias: string,
  requester: Requester,
  { byAlias }: { byAlias: RoomByAlias },
): Promise<string> {
  return idOrAlias.startsWith("#") ? await byAlias(idOrAlias, requester) : idOrAlias;
}

function unlessMalformed(error: unknown): undefined {
  if (!(error instanceof HomeserverError && error.status === 400)) throw error;
}
