import { z } from "zod";
import { json } from "../../answers.ts";
import { openApi } from "../../openapi.ts";
import type { OpenRoute, Route } from "../../route.ts";

/** `/v1/openapi.json`: the description of all these endpoints and of itself. @param version of this program */
export function describeApiRoute(version: string, routes: readonly (Route | OpenRoute)[]): OpenRoute {
  const itself: OpenRoute = {
    open: true,
    method: "get",
    path: "/v1/openapi.json",
    operationId: "describe",
    summary: "This description",
    answers: { 200: json(z.looseObject({}), "OpenAPI 3.1") },
    async handle(_request, response) {
      response.json(description);
    },
  };
  const description = openApi(version, [...routes, itself]);
  return itself;
}
