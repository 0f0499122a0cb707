import { setTimeout as sleep } from "node:timers/promises";
import { HomeserverError } from "../../../ports/homeserver/homeserver.ts";
import type { RoomRemoval } from "../../../ports/homeserver/room-removal.ts";
import type { HomeserverSettings } from "../access.ts";
import { stringOf } from "../answers.ts";
import { HomeserverClient } from "../client.ts";

/** Between two questions whether a room is gone, in milliseconds. */
const POLL_MS = 250;

/** Synapse's admin API ("Delete Room API", version 2). @param adminToken the access token of a server administrator */
export function synapseRemoval({ url, logger, meter }: HomeserverSettings, adminToken: string): RoomRemoval {
  const client = new HomeserverClient({ url, accessToken: adminToken, logger, meter });
  return {
    async remove(roomId, signal) {
      const path = `/_synapse/admin/v2/rooms/${encodeURIComponent(roomId)}`;
      for (;;) {
        const deletion = await begin(client, path, signal);
        if (deletion === "gone") return;
        if (deletion !== "busy") {
          await end(client, deletion, signal);
          return;
        }
        // an earlier call of ours is still at work
        await sleep(POLL_MS, undefined, { signal });
      }
    },
  };
}

/** Gives the id of the deletion. */
async function begin(client: HomeserverClient, path: string, signal: AbortSignal): Promise<string> {
  try {
    const call = { method: "DELETE", path, body: { purge: true, block: false }, signal } as const;
    return stringOf(call, await client.call(call), "delete_id");
  } catch (error) {
    if (!(error instanceof HomeserverError)) throw error;
    // where there is no admin API, or none that can be reached, the 404 does not speak of the room
    if (error.isAbsent && error.errcode === "M_NOT_FOUND") return "gone";
    if (error.status === 400 && /in progress/i.test(error.message)) return "busy";
    throw error;
  }
}

/** @throws HomeserverError where the homeserver could not delete it */
async function end(client: HomeserverClient, deletion: string, signal: AbortSignal): Promise<void> {
  const path = `/_synapse/admin/v2/rooms/delete_status/${encodeURIComponent(deletion)}`;
  for (;;) {
    const call = { method: "GET", path, signal } as const;
    const status = stringOf(call, await client.call(call), "status");
    if (status === "complete") return;
    if (status === "failed") throw new HomeserverError(500, "M_UNKNOWN", "the homeserver could not delete the room");
    await sleep(POLL_MS, undefined, { signal });
  }
}
