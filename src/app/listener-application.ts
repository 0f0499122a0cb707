import { Router, type Express } from "express";
import { appserviceDoor } from "../appservice/appservice-door.ts";
import type { Reachability } from "../appservice/reachability.ts";
import type { HomeserverSettings } from "../adapters/homeserver/access.ts";
import type { Registration } from "../config/registration.ts";
import type { Config, Resource } from "../config/schema.ts";
import { application } from "../http/application.ts";
import { Authentication } from "../http/authenticate.ts";
import { openApi } from "../http/openapi/openapi.ts";
import { keysPage } from "../http/endpoints/keys.ts";
import { operationsRouter, type ReadinessCheck } from "../http/readiness.ts";
import { metricsRouter } from "../http/metrics.ts";
import { apiRouter } from "../http/route.ts";
import { apiRoutes } from "../http/routes.ts";
import type { AuditReading } from "../audit/read-audit.ts";
import type { Operations } from "./create-operations.ts";
import type { TokenFailures } from "../audit/token-failures.ts";
import type { RunningRooms } from "./create-rooms.ts";
import type { DiskSpace } from "../ports/disk-space.ts";
import type { Inbox } from "../ports/inbox.ts";
import type { Logger } from "../ports/logger.ts";
import type { MetricsPage } from "../ports/metrics.ts";
import type { SigningKeys } from "../ports/signing-keys.ts";
import { askWhoami } from "./homeserver-start.ts";
import type { RunningFeed } from "./create-feed.ts";
import { VERSION } from "./version.ts";

export interface Doors {
  config: Config;
  registration: Registration;
  settings: HomeserverSettings;
  operations: Operations;
  audit: AuditReading;
  tokenFailures: TokenFailures;
  rooms: RunningRooms;
  inbox: Inbox;
  feed: RunningFeed;
  arrived: () => void;
  reachability: Reachability;
  importing: () => Promise<boolean>;
  readiness: Readonly<Record<string, ReadinessCheck>>;
  keys: SigningKeys;
  metrics: MetricsPage;
  workFolder: string;
  space: DiskSpace;
  logger: Logger;
}

/** What a listener with these resources answers. `web` has nothing to show yet. */
export function listenerApplication(resources: readonly Resource[], doors: Doors): Express {
  const handlers = [{ at: "/", handler: operationsRouter(doors.settings.serviceUser, doors.readiness) }];
  if (resources.includes("appservice")) handlers.push({ at: "/", handler: appservice(doors) });
  if (resources.includes("api")) handlers.push({ at: "/v1", handler: api(doors) });
  if (resources.includes("metrics")) handlers.push({ at: "/", handler: metricsRouter(doors.metrics) });
  return application(handlers, doors.logger);
}

function appservice(doors: Doors): Router {
  const { registration, settings, inbox, feed, rooms, arrived, reachability, importing, tokenFailures, logger } = doors;
  const { serviceUser } = settings;
  const wrongToken = (): void => tokenFailures.add("appservice");
  return appserviceDoor({
    hsToken: registration.hs_token,
    serviceUser,
    inbox,
    index: feed.recorder,
    arrived,
    wrongToken,
    reachability,
    importing,
    guard: rooms,
    logger,
  });
}

function api({
  config,
  settings,
  operations,
  rooms,
  feed,
  keys,
  audit,
  tokenFailures,
  workFolder,
  space,
  logger,
}: Doors): Router {
  const authentication = new Authentication({
    whoami: (token) => askWhoami(settings, token),
    adminTokens: config.admin_tokens,
    wrongToken: () => tokenFailures.add("api"),
  });
  const description = openApi(VERSION);
  const router = Router();
  router.get("/openapi.json", (_request, response) => {
    response.json(description);
  });
  router.get("/keys", keysPage(keys, settings.serverName));
  router.use(
    apiRouter(apiRoutes({ folder: workFolder, space, size: config.limits.upload_size }, { index: feed.feed, audit }), {
      ...operations,
      rooms: rooms.operations,
      authentication,
      logger,
    }),
  );
  return router;
}
