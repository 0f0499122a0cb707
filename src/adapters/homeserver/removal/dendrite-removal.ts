import { setTimeout as sleep } from "node:timers/promises";
import { HomeserverError } from "../../../ports/homeserver/homeserver.ts";
import type { RoomRemoval } from "../../../ports/homeserver/room-removal.ts";
import type { HomeserverSettings } from "../access.ts";
import { HomeserverClient } from "../client.ts";
import { timelinePage } from "../reading/room-answers.ts";

/**
 * Before a room is purged, in milliseconds. Dendrite 0.15 ends with a panic, at each start anew, where a change of the room's state has
 * not reached all of its parts when the room is purged. That is also why nobody is evacuated before.
 */
const SETTLES_MS = 5_000;

/**
 * Dendrite's admin API (`purgeRoom`). Dendrite 0.15 purges no room whose id names no server (room version 12).
 * @param adminToken the access token of a server administrator
 */
export function dendriteRemoval(
  { url, logger, meter }: HomeserverSettings,
  adminToken: string,
  { settlesMs = SETTLES_MS }: { settlesMs?: number } = {},
): RoomRemoval {
  const client = new HomeserverClient({ url, accessToken: adminToken, logger, meter });

  /** Whoever asks for the messages of a room that is not there is told so, member or not. */
  async function isGone(roomId: string, signal: AbortSignal): Promise<boolean> {
    try {
      await timelinePage(client, roomId, { dir: "b", limit: 1 }, signal);
      return false;
    } catch (error) {
      if (!(error instanceof HomeserverError && error.isAbsentOrForbidden)) throw error;
      return /does not exist/i.test(error.message);
    }
  }

  return {
    async remove(roomId, signal) {
      await sleep(settlesMs, undefined, { signal });
      try {
        const path = `/_dendrite/admin/purgeRoom/${encodeURIComponent(roomId)}`;
        await client.call({ method: "POST", path, signal });
      } catch (error) {
        // also where it does not know the room
        if (!(error instanceof HomeserverError && error.status === 500)) throw error;
        if (await isGone(roomId, signal)) return;
        throw new HomeserverError(404, "M_UNRECOGNIZED", "this homeserver does not delete this room");
      }
      if (!(await isGone(roomId, signal)))
        throw new HomeserverError(500, "M_UNKNOWN", "the homeserver still has the room that it has deleted");
    },
  };
}
