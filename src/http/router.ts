import { Router, type RequestHandler } from "express";
import type { Authentication } from "./access/authenticate.ts";
import { notAllowed } from "./errors.ts";
import { roomIdOf } from "../rooms/operations/room-by-alias.ts";
import type { ApiCall, OpenRoute, Route } from "./route.ts";

export type ApiParts = Omit<ApiCall, "request" | "response" | "requester"> & { authentication: Authentication };

/** The endpoints behind a token. */
export function apiRouter(routes: readonly Route[], { authentication, ...parts }: ApiParts): Router {
  return routerOf(routes, ({ handle }) => async (request, response) => {
    const requester = await authentication.requester(request, response);
    const { roomId } = request.params;
    if (typeof roomId === "string") request.params["roomId"] = await roomIdOf(roomId, requester, parts.rooms);
    await handle({ request, response, requester, ...parts });
  });
}

/** The endpoints for everybody. */
export function openRouter(routes: readonly OpenRoute[]): Router {
  return routerOf(
    routes,
    ({ handle }) =>
      async (request, response) =>
        handle(request, response),
  );
}

function routerOf<R extends Route | OpenRoute>(routes: readonly R[], handler: (route: R) => RequestHandler): Router {
  const router = Router();
  // /v1/rooms/import is no room
  const [exact, open] = [
    routes.filter(({ path }) => !path.includes("{")),
    routes.filter(({ path }) => path.includes("{")),
  ];
  for (const [path, group] of Map.groupBy([...exact, ...open], (route) => route.path)) {
    const address = path.replaceAll(/\{(\w+)\}/g, ":$1");
    for (const route of group) router[route.method](address, handler(route));
    const methods = group.flatMap(({ method }) => (method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()]));
    router.all(address, notAllowed(methods.join(", ")));
  }
  return router;
}
