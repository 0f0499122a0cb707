import { HomeserverError } from "../../../ports/homeserver/homeserver.ts";
import type { RoomRemoval } from "../../../ports/homeserver/room-removal.ts";
import type { HomeserverSettings } from "../access.ts";
import { dendriteRemoval } from "./dendrite-removal.ts";
import { synapseRemoval } from "./synapse-removal.ts";

/**
 * By whichever admin API the homeserver answers: Synapse's, else Dendrite's.
 * @param adminToken the access token of a server administrator
 */
export function roomRemoval(
  settings: HomeserverSettings,
  adminToken: string,
  options?: Parameters<typeof dendriteRemoval>[2],
): RoomRemoval {
  const synapse = synapseRemoval(settings, adminToken);
  const dendrite = dendriteRemoval(settings, adminToken, options);
  return {
    async remove(roomId, signal) {
      try {
        await synapse.remove(roomId, signal);
      } catch (error) {
        if (!(error instanceof HomeserverError && error.isUnknownEndpoint)) throw error;
        await dendrite.remove(roomId, signal);
      }
    },
  };
}
