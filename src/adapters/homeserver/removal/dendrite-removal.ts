import { HomeserverError } from "../../../ports/homeserver/homeserver.ts";
import type { RoomRemoval } from "../../../ports/homeserver/room-removal.ts";
import type { HomeserverSettings } from "../access.ts";
import { HomeserverClient } from "../client.ts";

/** So often the room is deleted, should it still be there afterwards. */
const ATTEMPTS = 3;

/**
 * Dendrite's admin API (`evacuateRoom`, `purgeRoom`). Dendrite 0.15 purges no room whose id names no server (room version 12): that is
 * found out while everybody is still in it, so that it can be redacted instead.
 * @param adminToken the access token of a server administrator
 */
export function dendriteRemoval({ url, logger, meter }: HomeserverSettings, adminToken: string): RoomRemoval {
  const client = new HomeserverClient({ url, accessToken: adminToken, logger, meter });
  const call = (act: string, roomId: string, signal: AbortSignal): Promise<unknown> =>
    client.call({ method: "POST", path: `/_dendrite/admin/${act}/${encodeURIComponent(roomId)}`, signal });

  /** Everybody leaves. False where the homeserver knows no such room. */
  async function evacuate(roomId: string, signal: AbortSignal): Promise<boolean> {
    try {
      await call("evacuateRoom", roomId, signal);
      return true;
    } catch (error) {
      if (error instanceof HomeserverError && error.isAbsent) return false;
      throw error;
    }
  }

  async function purgeWithoutServer(roomId: string, signal: AbortSignal): Promise<void> {
    try {
      await call("purgeRoom", roomId, signal);
    } catch (error) {
      if (!(error instanceof HomeserverError && [400, 500].includes(error.status))) throw error;
      throw new HomeserverError(404, "M_UNRECOGNIZED", "this homeserver deletes no rooms of this version");
    }
  }

  return {
    async remove(roomId, signal) {
      if (!roomId.includes(":")) await purgeWithoutServer(roomId, signal);
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        if (!(await evacuate(roomId, signal))) return;
        await call("purgeRoom", roomId, signal);
      }
      if (await evacuate(roomId, signal))
        throw new HomeserverError(500, "M_UNKNOWN", "the homeserver could not delete the room");
    },
  };
}
