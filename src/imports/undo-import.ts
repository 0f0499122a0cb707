import type { PolicyStore } from "../ports/policy-store.ts";
import { RequestError } from "../requests/failures/failure.ts";
import type { RunOperation } from "../requests/operation.ts";
import type { Requester } from "../requests/requester.ts";
import type { CloseRoom } from "../rooms/operations/close-room.ts";

/**
 * Closes a room that an import has made, for the user for whom it was made, and nobody else: everybody is removed, what was said is
 * deleted, and what still fills the room ends. Answers as closing does.
 * @throws RequestError not_found where there is no such room
 */
export type UndoImport = CloseRoom;

export interface UndoImportParts {
  operate: RunOperation;
  policies: Pick<PolicyStore, "get">;
  close: CloseRoom;
}

export function undoImport({ operate, policies, close }: UndoImportParts): UndoImport {
  return async (roomId: string, requester: Requester) => {
    await operate({ action: "room_close", room_id: roomId }, requester, async ({ caller }) => {
      const room = await policies.get(roomId);
      // a room of somebody else's is like none
      if (room?.origin === "imported" && room.owner === caller.userId) return;
      const message = `No import has made the room ${roomId} for you: other rooms are closed with roomporter room close`;
      throw new RequestError("not_found", "M_NOT_FOUND", message);
    });
    return await close(roomId, requester);
  };
}
