import type { RoomWriter } from "../../ports/homeserver/homeserver.ts";
import { RequestError } from "../../requests/failures/failure.ts";

/**
 * In an encrypted room the service user can not read what an earlier import has sent, and must send nothing in plain text.
 * @throws RequestError conflict; HomeserverError
 */
export async function requireUnencrypted(room: Pick<RoomWriter, "stateEvent">, roomId: string): Promise<void> {
  if ((await room.stateEvent(roomId, "m.room.encryption", "")) === undefined) return;
  throw new RequestError(
    "conflict",
    "M_BAD_STATE",
    `into: the room ${roomId} is encrypted, so that the service cannot read what it goes on from: import the whole conversation into a new room`,
  );
}
