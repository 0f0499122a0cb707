import { botHomeserver } from "../../adapters/homeserver/bot/bot-homeserver.ts";
import { HomeserverClient } from "../../adapters/homeserver/client.ts";
import { HomeserverMediaSource } from "../../adapters/homeserver/media/media-source.ts";
import { HomeserverMediaTarget } from "../../adapters/homeserver/media/media-target.ts";
import { HomeserverWriter } from "../../adapters/homeserver/writing/room-writer.ts";
import { botMemory } from "../../adapters/database/stores/bot-memory.ts";
import { Bot } from "../../bot/bot.ts";
import type { ServiceContext } from "../context.ts";
import type { AuditReading } from "../../audit/read-audit.ts";
import type { Operations } from "./create-operations.ts";
import type { Rooms } from "../../rooms/rooms.ts";

/** The bot, speaking as the service user until the signal comes. */
export function createBot(
  context: ServiceContext,
  { exports, imports, jobs, control }: Operations,
  rooms: Rooms,
  auditReading: AuditReading,
  signal: AbortSignal,
): Bot {
  const { config, settings, serviceUser, database, storage, operate, permissionOf, clock, logger } = context;
  const client = new HomeserverClient({ ...settings, accessToken: settings.asToken, userId: serviceUser, signal });
  return new Bot({
    operate,
    exports,
    imports,
    delivered: context.delivered,
    jobs,
    jobEnded: (...about) => control.ended(...about),
    rooms,
    auditReading,
    homeserver: botHomeserver(client, new HomeserverWriter(client, serviceUser)),
    mediaSource: new HomeserverMediaSource(client, settings.serverName),
    mediaTarget: new HomeserverMediaTarget(client),
    roomsMade: context.hourly.rooms,
    memory: botMemory(database.kysely, clock),
    permissionOf,
    webPage: config.web.public_url,
    hasWidget: config.web.widget_clients.length > 0,
    greets: config.bot.hello,
    logger,
    temporaryFolder: storage.work.path,
    space: storage.space,
    largestBundle: config.limits.upload_size,
  });
}
