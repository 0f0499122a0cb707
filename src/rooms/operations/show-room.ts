import type { Requester } from "../../requests/requester.ts";
import { show } from "../directory.ts";
import type { ShownRoom } from "../shapes.ts";
import { roomFor, service, type RoomOperationParts } from "./room-operation.ts";

/** One room that the service made. @throws RequestError not_found also where the requester may not know of it */
export type ShowRoom = (roomId: string, requester: Requester) => Promise<ShownRoom>;

export function showRoom(parts: Pick<RoomOperationParts, "operate" | "access" | "homeserver">): ShowRoom {
  return (roomId, requester) =>
    parts.operate({}, requester, async ({ caller }) => {
      const { reader } = service(parts);
      return await show(await roomFor(parts, roomId, caller, reader), caller.userId, reader);
    });
}
