import { createHash } from "node:crypto";
import { HomeserverCheck } from "../../administration/homeserver-check.ts";
import type { Demands } from "../../administration/homeserver-problems.ts";
import { homeserverProbe } from "../../adapters/homeserver/probe/homeserver-probe.ts";
import { capabilityStore } from "../../adapters/database/stores/capability-store.ts";
import type { Config } from "../../config/schema.ts";
import type { ServiceContext } from "../context.ts";

/** What knows what the homeserver does; everything ends with the signal. */
export function createHomeserverCheck(context: ServiceContext, signal: AbortSignal): HomeserverCheck {
  const { config, settings, database, clock, logger } = context;
  const roomVersions = [config.import.room_version, config.rooms.room_version];
  return new HomeserverCheck({
    probe: homeserverProbe({ settings, roomVersions, clock }),
    store: capabilityStore(database.kysely),
    demands: demandsOf(config),
    asked: JSON.stringify({ url: settings.url, roomVersions, admin: fingerprint(settings.adminToken) }),
    signal,
    clock,
    logger,
  });
}

/** What this configuration asks of the homeserver. */
export function demandsOf(config: Config): Demands {
  return {
    importVersion: config.import.room_version,
    roomsVersion: config.rooms.room_version,
    purges: config.rooms.incognito.closing === "purge",
    adminToken: config.homeserver.admin_token !== undefined,
  };
}

/** Tells one token from another, and gives none away. */
function fingerprint(token: string | undefined): string | null {
  return token === undefined ? null : createHash("sha256").update(token).digest("hex").slice(0, 16);
}
