import { Router, type RequestHandler } from "express";
import type { Authentication } from "./authenticate.ts";
import { notAllowed } from "./errors.ts";
import type { ApiCall, OpenRoute, Route } from "./route.ts";

export type ApiParts = Omit<ApiCall, "request" | "response" | "requester"> & { authentication: Authentication };

/** The endpoints behind a token. */
export function apiRouter(routes: readonly Route[], { authentication, ...parts }: ApiParts): Router {
  return routerOf(routes, ({ handle }) => async (request, response) => {
    const requester = await authentication.requester(request, response);
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
  const allowed = new Map<string, string[]>();
  for (const route of routes) {
    const path = route.path.replaceAll(/\{(\w+)\}/g, ":$1");
    router[route.method](path, handler(route));
    const methods = route.method === "get" ? ["GET", "HEAD"] : [route.method.toUpperCase()];
    allowed.set(path, [...(allowed.get(path) ?? []), ...methods]);
  }
  for (const [path, methods] of allowed) router.all(path, notAllowed(methods.join(", ")));
  return router;
}
