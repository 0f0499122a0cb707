import { z } from "zod";
import { isObject, type JsonObject } from "../matrix/json.ts";
import { schemaOf, type Options } from "../requests/options/option.ts";
import { ALWAYS, ERROR, FAILURES, type Answer, type Failure } from "./answers.ts";
import type { Endpoint, OpenRoute, Route } from "./route.ts";

const PATH_PARAMETERS: Readonly<Record<string, string>> = {
  roomId: "The room's id, or an alias of it, percent-encoded",
  jobId: "The job's id",
  uploadId: "The upload's id",
};

/** OpenAPI 3.1 description of these endpoints. Shapes with an id stand in `components`. */
export function openApi(version: string, routes: readonly (Route | OpenRoute)[]): JsonObject {
  const schemas: JsonObject = {};
  const paths: Record<string, JsonObject> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method] = operation(route, schemas);
  const failures = Object.entries(FAILURES).map(([status, description]) => [
    status,
    { description, content: { "application/json": { schema: outputSchema(ERROR, schemas) } } },
  ]);
  return {
    openapi: "3.1.0",
    info: {
      title: "Roomporter",
      version,
      description: "Exports Matrix rooms as bundles and imports them into new rooms.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          description: "A Matrix access token, or an admin token of the configuration",
        },
      },
      responses: Object.fromEntries(failures) as JsonObject,
      schemas,
    },
  };
}

function operation(route: Route | OpenRoute, schemas: JsonObject): JsonObject {
  const open = "open" in route;
  const { operationId, summary, description, answers, fails = [] } = route;
  const body = requestBody(route);
  const responses = Object.entries(answers).map(([status, answer]) => [status, response(answer, schemas)]);
  const late: Failure[] = route.body ? [408] : [];
  const failing = [...new Set<Failure>([...fails, ...(open ? [] : ALWAYS), ...late, 405, 431])].sort((a, b) => a - b);
  const references = failing.map((status) => [status, { $ref: `#/components/responses/${String(status)}` }]);
  return {
    operationId,
    summary,
    ...(description !== undefined && { description }),
    ...(!open && { security: [{ bearer: [] }] }),
    parameters: [...pathParameters(route), ...headerParameters(route), ...(open ? [] : queryParameters(route.query))],
    ...(body && { requestBody: body }),
    responses: Object.fromEntries([...responses, ...references]) as JsonObject,
  };
}

function pathParameters({ path }: Endpoint): JsonObject[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    description: PATH_PARAMETERS[name] ?? "",
    schema: { type: "string", minLength: 1 },
    required: true,
  }));
}

function headerParameters({ headers = {} }: Endpoint): JsonObject[] {
  return Object.entries(headers).map(([name, description]) => ({
    name,
    in: "header",
    description,
    schema: { type: "string" },
    required: false,
  }));
}

function queryParameters(query: Options | undefined): JsonObject[] {
  if (!query) return [];
  return properties(query).map(([name, { description, ...schema }, required]) => ({
    name,
    in: "query",
    ...(description !== undefined && { description }),
    schema,
    required,
    // lists have commas between their items, or the parameter comes again
    ...(schema["type"] === "array" && { style: "form", explode: false }),
  }));
}

function requestBody(route: Route | OpenRoute): JsonObject | undefined {
  const { body, form, formOr, bytes } = route;
  const bodyOptional = !("open" in route) && route.bodyOptional === true;
  if (body) return { required: !bodyOptional, content: { "application/json": { schema: inputSchema(body) } } };
  if (bytes !== undefined)
    return { required: false, content: { [bytes]: { schema: { type: "string", format: "binary" } } } };
  if (!form) return undefined;
  const texts = Object.fromEntries(properties(form).map(([name, schema]) => [name, schema])) as JsonObject;
  const schema = {
    type: "object",
    required: ["bundle"],
    properties: { bundle: { type: "string", format: "binary" }, ...texts },
    additionalProperties: false,
  };
  const instead = formOr && { "application/json": { schema: inputSchema(formOr) } };
  return { required: true, content: { "multipart/form-data": { schema }, ...instead } };
}

function response({ description, content, headers = {} }: Answer, schemas: JsonObject): JsonObject {
  const media = Object.entries(content).map(([type, shape]) => [type, { schema: outputSchema(shape, schemas) }]);
  const said = Object.entries(headers).map(([name, words]) => [
    name,
    { description: words, schema: { type: "string" } },
  ]);
  return {
    description,
    ...(said.length > 0 && { headers: Object.fromEntries(said) as JsonObject }),
    ...(media.length > 0 && { content: Object.fromEntries(media) as JsonObject }),
  };
}

/** Each option: name, schema, is it needed? */
function properties(options: Options): [name: string, schema: JsonObject, required: boolean][] {
  const { properties: found, required } = inputSchema(options);
  const needed = Array.isArray(required) ? required : [];
  return Object.entries(isObject(found) ? found : {}).map(([name, schema]) => [
    name,
    isObject(schema) ? schema : {},
    needed.includes(name),
  ]);
}

function inputSchema(options: Options): JsonObject {
  const { $schema: _, ...schema } = schemaOf(options) as JsonObject;
  return schema;
}

/** The schema of an answer; the shapes in it that have an id are put into `schemas`. */
function outputSchema(shape: z.ZodType, schemas: JsonObject): JsonObject {
  const whole = schemaOf(z.object({ shape }), "output") as JsonObject;
  const text = JSON.stringify(whole).replaceAll('"#/$defs/', '"#/components/schemas/');
  const { $defs, properties: found } = JSON.parse(text) as { $defs?: JsonObject; properties: { shape: JsonObject } };
  Object.assign(schemas, $defs);
  return found.shape;
}
