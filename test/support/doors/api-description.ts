import { liveRoute } from "../../../src/http/endpoints/service/live.ts";
import { listKeysRoute } from "../../../src/http/endpoints/service/list-keys.ts";
import { describeApiRoute } from "../../../src/http/endpoints/service/describe-api.ts";
import { metricsRoute } from "../../../src/http/endpoints/service/metrics.ts";
import { readyRoute } from "../../../src/http/endpoints/service/ready.ts";
import { showServiceRoute } from "../../../src/http/endpoints/service/show-service.ts";
import { startSessionRoute } from "../../../src/http/endpoints/sessions/start-session.ts";
import { WrongTokens } from "../../../src/http/access/wrong-tokens.ts";
import { openApi } from "../../../src/http/openapi.ts";
import type { OpenRoute, Route } from "../../../src/http/route.ts";
import { apiRoutes } from "../../../src/http/routes.ts";
import { objectMember, stringMember, type JsonObject } from "../../../src/matrix/json.ts";
import { AMPLE } from "../fakes/ample-space.ts";

const never = (): Promise<never> => Promise.reject(new Error("not to be called"));

const unread = async function* (): AsyncGenerator<never, void> {};

/** Every endpoint but the description itself. */
export const ROUTES: readonly (Route | OpenRoute)[] = [
  ...apiRoutes(
    { folder: "/tmp", space: AMPLE, size: 1 },
    { index: { open: never }, permissionOf: () => "none", allowGuests: false, audit: { page: never, all: unread } },
  ),
  listKeysRoute({ all: never }, "example.org"),
  showServiceRoute({
    homeserver: { server_name: "example.org", base_url: "https://matrix.example.org" },
    service_user: "@porter:example.org",
    widget_clients: [],
    upload_size: 1,
  }),
  startSessionRoute({
    sessions: { start: () => ({ token: "", expiresIn: 1 }) },
    wrongTokens: new WrongTokens(() => undefined),
    userOf: never,
    permissionOf: () => "none",
    serverName: "example.org",
    enabled: true,
  }),
  liveRoute("@porter:example.org"),
  readyRoute({}),
  metricsRoute({ contentType: "text/plain", text: never, metrics: never }),
];

/** What `/v1/openapi.json` says. */
export const DESCRIPTION: JsonObject = openApi("1.2.3", [...ROUTES, describeApiRoute("1.2.3", ROUTES)]);

/** An operation as the description has it. */
export interface Operation {
  method: string;
  path: string;
  operationId: string;
  parameters: JsonObject[];
  requestBody: JsonObject | undefined;
  responses: JsonObject;
  /** it needs no token */
  open: boolean;
}

/** Every operation of the description. */
export function operations(): Operation[] {
  return Object.entries(objectMember(DESCRIPTION, "paths") ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods as JsonObject).map(([method, operation]) => ({
      method,
      path,
      operationId: stringMember(operation, "operationId") ?? "",
      parameters: (operation as { parameters: JsonObject[] }).parameters,
      requestBody: objectMember(operation, "requestBody"),
      responses: objectMember(operation, "responses") ?? {},
      open: !("security" in (operation as object)),
    })),
  );
}
