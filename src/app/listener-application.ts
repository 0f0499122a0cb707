import type { Express, Router } from "express";
import { appserviceDoor } from "../appservice/appservice-door.ts";
import type { Reachability } from "../appservice/reachability.ts";
import type { HomeserverSettings } from "../adapters/homeserver/access.ts";
import type { Registration } from "../config/registration.ts";
import type { Config } from "../config/schema.ts";
import { application } from "../http/application.ts";
import { Authentication } from "../http/access/authenticate.ts";
import { WidgetSessions } from "../http/access/widget-sessions.ts";
import { WrongTokens } from "../http/access/wrong-tokens.ts";
import { describeApiRoute } from "../http/endpoints/service/describe-api.ts";
import { listKeysRoute } from "../http/endpoints/service/list-keys.ts";
import { liveRoute } from "../http/endpoints/service/live.ts";
import { startSessionRoute } from "../http/endpoints/sessions/start-session.ts";
import { metricsRoute } from "../http/endpoints/service/metrics.ts";
import { readyRoute, type ReadinessCheck } from "../http/endpoints/service/ready.ts";
import { showServiceRoute } from "../http/endpoints/service/show-service.ts";
import { apiRouter, openRouter } from "../http/router.ts";
import type { OpenRoute } from "../http/route.ts";
import { apiRoutes } from "../http/routes.ts";
import { webPage } from "../http/web-page.ts";
import type { Administration } from "../administration/administration.ts";
import type { AuditReading } from "../audit/read-audit.ts";
import type { Operations } from "./features/create-operations.ts";
import type { TokenFailures } from "../audit/token-failures.ts";
import type { RunningRooms } from "./features/create-rooms.ts";
import type { DiskSpace } from "../ports/disk-space.ts";
import type { Inbox } from "../ports/inbox.ts";
import type { Logger } from "../ports/logger.ts";
import type { MetricsPage } from "../ports/metrics.ts";
import type { SigningKeys } from "../ports/signing-keys.ts";
import type { Permission } from "../requests/access.ts";
import { askOpenIdUser, askWhoami } from "./homeserver-start.ts";
import type { RunningFeed } from "./features/create-feed.ts";
import { knownOAuthOrigins } from "./oauth-origins.ts";
import { VERSION } from "./version.ts";

export interface ListenerParts {
  config: Config;
  registration: Registration;
  settings: HomeserverSettings;
  permissionOf: (userId: string) => Permission;
  operations: Operations;
  audit: AuditReading;
  tokenFailures: TokenFailures;
  rooms: RunningRooms;
  administration: Administration;
  inbox: Inbox;
  feed: RunningFeed;
  arrived: () => void;
  startedOver: () => void;
  reachability: Reachability;
  importing: () => Promise<boolean>;
  readiness: Readonly<Record<string, ReadinessCheck>>;
  /** what `/ready` warns of */
  watched: Readonly<Record<string, ReadinessCheck>>;
  keys: SigningKeys;
  metrics: MetricsPage;
  workFolder: string;
  space: DiskSpace;
  logger: Logger;
}

/** What a listener answers. @throws Error where it serves the web page, and that is not built */
export function listenerApplication(
  { resources, trusted_proxies }: Pick<Config["listeners"][number], "resources" | "trusted_proxies">,
  doors: ListenerParts,
): Express {
  const operations = [liveRoute(doors.settings.serviceUser), readyRoute(doors.readiness, doors.watched)];
  const metrics = metricsRoute(doors.metrics);
  const handlers = [openRouter(operations)];
  if (resources.includes("appservice")) handlers.push(appservice(doors));
  if (resources.includes("api")) handlers.push(...api(doors, [...operations, metrics]));
  if (resources.includes("web"))
    handlers.push(
      webPage({
        homeserverUrl: doors.config.homeserver.public_url,
        oauthOrigins: knownOAuthOrigins(doors.settings),
        widgetClients: doors.config.web.widget_clients,
      }),
    );
  if (resources.includes("metrics")) handlers.push(openRouter([metrics]));
  return application(
    handlers.map((handler) => ({ at: "/", handler })),
    doors.logger,
    trusted_proxies,
  );
}

function appservice(doors: ListenerParts): Router {
  const { registration, settings, inbox, feed, rooms, arrived, startedOver, reachability } = doors;
  const { importing, tokenFailures, logger } = doors;
  const { serviceUser } = settings;
  const wrongToken = (): void => tokenFailures.add("appservice");
  return appserviceDoor({
    hsToken: registration.hs_token,
    serviceUser,
    inbox,
    index: feed.recorder,
    arrived,
    startedOver,
    wrongToken,
    reachability,
    importing,
    guard: rooms,
    logger,
  });
}

/** @param others endpoints that the API's description holds, too */
function api(doors: ListenerParts, others: readonly OpenRoute[]): Router[] {
  const { config, settings, operations, rooms, feed, keys, audit, tokenFailures, workFolder, space, logger } = doors;
  const { permissionOf, administration } = doors;
  const sessions = new WidgetSessions();
  const wrongTokens = new WrongTokens(() => tokenFailures.add("api"));
  const authentication = new Authentication({
    whoami: (token) => askWhoami(settings, token),
    serviceUser: settings.serviceUser,
    adminTokens: config.admin_tokens,
    wrongTokens,
    sessions,
  });
  const uploads = { folder: workFolder, space, size: config.limits.upload_size };
  const routes = apiRoutes(uploads, {
    index: feed.feed,
    audit,
    permissionOf,
    allowGuests: config.allow_guests,
  });
  const listKeys = listKeysRoute(keys, settings.serverName);
  const { public_url, server_name } = config.homeserver;
  const showService = showServiceRoute({
    homeserver: { server_name, base_url: public_url },
    service_user: settings.serviceUser,
    widget_clients: config.web.widget_clients,
    upload_size: config.limits.upload_size,
  });
  const startSession = startSessionRoute({
    sessions,
    wrongTokens,
    userOf: (token) => askOpenIdUser(settings, token),
    permissionOf,
    serverName: settings.serverName,
    enabled: config.web.widget_clients.length > 0,
  });
  const describeApi = describeApiRoute(VERSION, [...routes, listKeys, showService, startSession, ...others]);
  return [
    openRouter([listKeys, showService, startSession, describeApi]),
    apiRouter(routes, { ...operations, rooms: rooms.operations, administration, authentication, logger }),
  ];
}
