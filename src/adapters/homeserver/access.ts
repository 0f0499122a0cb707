import { serverOf } from "../../matrix/ids.ts";
import type { CrossSigningStore } from "../../ports/homeserver/cross-signing.ts";
import type { KnownCapabilities } from "../../ports/homeserver/capabilities.ts";
import type { HomeserverAccess } from "../../ports/homeserver/homeserver-access.ts";
import type { Logger } from "../../ports/logger.ts";
import type { HomeserverMeter } from "../../ports/metrics.ts";
import { accountForAdmin, ownAccount } from "./account.ts";
import { hasUser } from "./accounts.ts";
import { HomeserverClient } from "./client.ts";
import { joinedRoomsOf } from "./joined-rooms.ts";
import { HomeserverMediaSource } from "./media/media-source.ts";
import { HomeserverMediaTarget } from "./media/media-target.ts";
import { HomeserverReader } from "./reading/room-reader.ts";
import { RoomSnapshots } from "./reading/room-snapshots.ts";
import { HomeserverWriter } from "./writing/room-writer.ts";
import type { RedactionsSeen } from "./writing/redactions.ts";
import { resolveAlias } from "./room-calls.ts";
import { spaceReader } from "./space-reader.ts";

export interface HomeserverSettings {
  /** base URL of the client-server API */
  url: string;
  serverName: string;
  /** of the application service */
  asToken: string;
  serviceUser: string;
  logger: Logger;
  meter?: HomeserverMeter;
  /** of a server administrator: some things only they may ask */
  adminToken?: string | undefined;
}

/** How long the device of an import is tried to be removed, in milliseconds. */
const CLOSE_MS = 10_000;

/** The homeserver, as its users and as the service user. */
export function homeserverAccess({
  url,
  serverName,
  asToken,
  serviceUser,
  logger,
  meter,
  adminToken,
  capabilities,
  crossSigning,
}: HomeserverSettings & {
  capabilities?: KnownCapabilities;
  /** keeps the keys by which the service user's devices are signed; absent: they are not */
  crossSigning?: CrossSigningStore;
}): HomeserverAccess {
  const service = new HomeserverClient({ url, accessToken: asToken, userId: serviceUser, logger, meter });
  const snapshots = new RoomSnapshots();
  const redactionsSeen: RedactionsSeen = { dated: undefined, known: capabilities };
  return {
    asUser(userId, accessToken, signal) {
      const client = new HomeserverClient({ url, accessToken, logger, meter, signal });
      return {
        reader: new HomeserverReader(client, userId, snapshots),
        media: new HomeserverMediaSource(client, serverName),
        spaces: spaceReader(client),
        joinedRooms: () => joinedRoomsOf(client),
      };
    },
    asService(signal, permit) {
      const client = service.until(signal, permit);
      return {
        reader: new HomeserverReader(client, serviceUser, snapshots),
        media: new HomeserverMediaSource(client, serverName),
        writer: new HomeserverWriter(client, serviceUser, redactionsSeen),
        uploads: new HomeserverMediaTarget(client),
        spaces: spaceReader(client),
      };
    },
    async encryption(importId, signal, permit) {
      // a large library, for those who encrypt
      const { startOlmDevice } = await import("./encryption/olm-device.ts");
      return await startOlmDevice({
        client: service.until(signal, permit),
        closing: () => service.until(AbortSignal.timeout(CLOSE_MS)),
        userId: serviceUser,
        importId,
        crossSigning,
      });
    },
    resolveAlias: (alias, signal) => resolveAlias(service.until(signal), alias),
    async account(userId, accessToken, signal) {
      const clientOf = (token: string): HomeserverClient =>
        new HomeserverClient({ url, accessToken: token, logger, meter, signal });
      const own = accessToken === undefined ? {} : await ownAccount(clientOf(accessToken), userId);
      if (adminToken === undefined || serverOf(userId) !== serverName) return own;
      return { ...own, ...(await accountForAdmin(clientOf(adminToken), userId)) };
    },
    hasUser: (userId, signal) => hasUser(service.until(signal), userId),
  };
}
