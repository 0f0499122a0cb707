import { parseMxc } from "../../../matrix/ids.ts";
import { HomeserverError } from "../../../ports/homeserver/homeserver.ts";
import type { MediaRemoval } from "../../../ports/homeserver/room-removal.ts";
import type { HomeserverSettings } from "../access.ts";
import { HomeserverClient } from "../client.ts";

/** Synapse's admin API ("Delete local media"). @param adminToken the access token of a server administrator */
export function synapseMediaRemoval({ url, logger, meter }: HomeserverSettings, adminToken: string): MediaRemoval {
  const client = new HomeserverClient({ url, accessToken: adminToken, logger, meter });
  return {
    async removeMedia(uri, signal) {
      const mxc = parseMxc(uri);
      if (!mxc) throw new HomeserverError(400, "M_INVALID_PARAM", "not an mxc URI");
      const { server, mediaId } = mxc;
      const path = `/_synapse/admin/v1/media/${encodeURIComponent(server)}/${encodeURIComponent(mediaId)}`;
      try {
        await client.call({ method: "DELETE", path, signal });
      } catch (error) {
        // where there is no admin API, or none that can be reached, the 404 does not speak of the file
        if (!(error instanceof HomeserverError && error.isAbsent && error.errcode === "M_NOT_FOUND")) throw error;
      }
    },
  };
}
