import { Router, type Request, type Response } from "express";
import type { Exports } from "../exports/exports.ts";
import type { Imports } from "../imports/imports.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { Requester } from "../requests/requester.ts";
import type { Rooms } from "../rooms/rooms.ts";
import type { Logger } from "../ports/logger.ts";
import type { Authentication } from "./authenticate.ts";

/** A request whose sender is known. */
export interface ApiCall {
  request: Request;
  response: Response;
  requester: Requester;
  exports: Exports;
  imports: Imports;
  jobs: Jobs;
  rooms: Rooms;
  logger: Logger;
}

/** One endpoint of the API. */
export interface Route {
  method: "get" | "post" | "put" | "delete";
  /** below /v1, with `:name` for parameters */
  path: string;
  handle: (call: ApiCall) => Promise<void>;
}

export interface ApiParts {
  exports: Exports;
  imports: Imports;
  jobs: Jobs;
  rooms: Rooms;
  authentication: Authentication;
  logger: Logger;
}

/** The endpoints, each behind a token. */
export function apiRouter(
  routes: readonly Route[],
  { authentication, exports, imports, jobs, rooms, logger }: ApiParts,
): Router {
  const router = Router();
  for (const { method, path, handle } of routes)
    router[method](path, async (request, response) => {
      const requester = await authentication.requester(request, response);
      await handle({ request, response, requester, exports, imports, jobs, rooms, logger });
    });
  return router;
}

/** A parameter of the path; the pattern has it, so the router has given it. */
export function pathParameter(request: Request, name: string): string {
  const value = request.params[name];
  return typeof value === "string" ? value : "";
}
