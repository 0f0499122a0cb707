import type { HomeserverAccess } from "../../ports/homeserver/homeserver-access.ts";
import type { Logger } from "../../ports/logger.ts";
import type { HomeserverMeter } from "../../ports/metrics.ts";
import { hasUser } from "./accounts.ts";
import { HomeserverClient } from "./client.ts";
import { HomeserverMediaSource } from "./media/media-source.ts";
import { HomeserverMediaTarget } from "./media/media-target.ts";
import { HomeserverReader } from "./room-reader.ts";
import { HomeserverWriter } from "./room-writer.ts";
import { resolveAlias } from "./room-calls.ts";

export interface HomeserverSettings {
  /** base URL of the client-server API */
  url: string;
  serverName: string;
  /** of the application service */
  asToken: string;
  serviceUser: string;
  logger: Logger;
  meter?: HomeserverMeter;
}

/** The homeserver, as its users and as the service user. */
export function homeserverAccess({
  url,
  serverName,
  asToken,
  serviceUser,
  logger,
  meter,
}: HomeserverSettings): HomeserverAccess {
  const service = new HomeserverClient({ url, accessToken: asToken, userId: serviceUser, logger, meter });
  return {
    asUser(userId, accessToken, signal) {
      const client = new HomeserverClient({ url, accessToken, logger, meter, signal });
      return { reader: new HomeserverReader(client, userId), media: new HomeserverMediaSource(client, serverName) };
    },
    asService(signal, permit) {
      const client = service.until(signal, permit);
      return {
        reader: new HomeserverReader(client, serviceUser),
        media: new HomeserverMediaSource(client, serverName),
        writer: new HomeserverWriter(client, serviceUser),
        uploads: new HomeserverMediaTarget(client),
      };
    },
    resolveAlias: (alias, signal) => resolveAlias(service.until(signal), alias),
    hasUser: (userId, signal) => hasUser(service.until(signal), userId),
  };
}
