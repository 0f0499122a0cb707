import type { JsonObject } from "../../matrix/json.ts";

/** Pieces of the API's description. */

/** An operation that needs a token. */
export const bearer = [{ bearer: [] }];

/** A response of JSON. */
export const json = (schema: JsonObject, description: string): JsonObject => ({
  description,
  content: { "application/json": { schema } },
});

/** A response of a ZIP. */
export const zip = (description: string): JsonObject => ({
  description,
  headers: { "Content-Disposition": { schema: { type: "string" } } },
  content: { "application/zip": { schema: { type: "string", format: "binary" } } },
});

/** Responses that an operation can fail with, beside those that every one can. */
export const failures = (...statuses: (400 | 403 | 404 | 409 | 410 | 413 | 416 | 503 | 507)[]): JsonObject =>
  Object.fromEntries(
    [...statuses, 401, 429, 502].map((status) => [
      String(status),
      { $ref: `#/components/responses/${String(status)}` },
    ]),
  );

export const parameter = (
  place: "path" | "query" | "header",
  name: string,
  description: string,
  schema: JsonObject = { type: "string" },
): JsonObject => ({
  name,
  in: place,
  description,
  schema,
  required: place === "path",
});
