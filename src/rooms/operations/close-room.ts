import { setTimeout as sleep } from "node:timers/promises";
import { errorFields } from "../../ports/logger.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import { actorOf, type Requester } from "../../requests/requester.ts";
import { requireOwner } from "../room-access.ts";
import { NotRedacted } from "../empty-room.ts";
import { NotPurged, type Closed } from "../room-closing.ts";
import { roomFor, service, type RoomOperationParts } from "./room-operation.ts";

/**
 * Closes a room for good. Gives undefined where it takes long: it continues in the background, also after a restart.
 * @throws RequestError
 */
export type CloseRoom = (roomId: string, requester: Requester) => Promise<Closed | undefined>;

/** `errcode`: the room is empty, and cannot be deleted as the configuration asks for. */
const NOT_PURGED = "IO.ROOMPORTER.NOT_PURGED";
/** `errcode`: the homeserver still serves words that it was told to redact. */
const NOT_REDACTED = "IO.ROOMPORTER.NOT_REDACTED";

/** Is the room not closed, for a reason that whoever asked must be told, wherever they can still be reached? */
export function isStillOpen(error: unknown): error is RequestError {
  return error instanceof RequestError && [NOT_PURGED, NOT_REDACTED].includes(error.errcode);
}

/** How long a door waits for a room to be closed, in milliseconds. */
const CLOSING_MS = 10_000;

export function closeRoom(parts: RoomOperationParts): CloseRoom {
  const { operate, closing, logger } = parts;
  return (roomId, requester) =>
    operate({ action: "room_close", room_id: roomId }, requester, async ({ caller }) => {
      const room = await roomFor(parts, roomId, caller, service(parts).reader);
      requireOwner(room, caller);
      await closing.begin(room, actorOf(caller));
      const finished = closing.finish(room).catch((error: unknown) => {
        if (error instanceof NotPurged) throw notPurged();
        if (error instanceof NotRedacted) throw notRedacted(error);
        logger.error({ room_id: roomId, ...errorFields(error) }, "a room is not closed yet: it is tried again");
        return undefined;
      });
      return await Promise.race([finished, sleep(CLOSING_MS, undefined, { ref: false })]);
    });
}

function notRedacted({ events }: NotRedacted): RequestError {
  return new RequestError(
    "unavailable",
    NOT_REDACTED,
    `Everybody is removed, but the homeserver still shows what ${events} events say, though it has answered that they are redacted. The ` +
      "room is not closed until it does not; it is tried again by itself",
  );
}

function notPurged(): RequestError {
  return new RequestError(
    "unavailable",
    NOT_PURGED,
    "Everybody is removed and everything redacted, but the homeserver has not deleted the room: rooms.incognito.closing is purge, and " +
      "homeserver.admin_token cannot delete it. The operator has to correct the token; it is tried again by itself",
  );
}
