import type { Request, Response } from "express";
import { z } from "zod";
import type { Administration } from "../administration/administration.ts";
import type { Conversions } from "../conversions/conversions.ts";
import type { Exports } from "../exports/exports.ts";
import type { Imports } from "../imports/imports.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { Logger } from "../ports/logger.ts";
import { fromTexts, parseOptions, requireObject, type Texts } from "../requests/options/parse-options.ts";
import type { Options } from "../requests/options/option.ts";
import type { Requester } from "../requests/requester.ts";
import type { Rooms } from "../rooms/rooms.ts";
import type { Uploads } from "../uploads/uploads.ts";
import type { Answers, Failure } from "./answers.ts";
import { jsonBody } from "./json-body.ts";

/** A request whose sender is known. */
export interface ApiCall {
  request: Request;
  response: Response;
  requester: Requester;
  exports: Exports;
  imports: Imports;
  conversions: Conversions;
  jobs: Jobs;
  rooms: Rooms;
  uploads: Uploads;
  administration: Administration;
  logger: Logger;
}

/** What the API's description says of an endpoint, and what it answers. */
export interface Endpoint {
  method: "get" | "post" | "put" | "delete" | "head" | "patch";
  /** with `{name}` for parameters */
  path: string;
  operationId: string;
  /** one line */
  summary: string;
  description?: string;
  /** request headers of its own */
  headers?: Readonly<Record<string, string>>;
  /** a form with a file in the field `bundle`, and these texts beside it; read by the endpoint itself */
  form?: Options;
  /** JSON that can come instead of the form; read by the endpoint itself */
  formOr?: Options;
  /** raw bytes of this media type, maybe none; read by the endpoint itself */
  bytes?: string;
  answers: Answers;
  /** how it can fail, beside what every endpoint can fail with */
  fails?: readonly Failure[];
}

interface Described<Query extends Options, Body extends Options> extends Endpoint {
  /** what stands behind the `?`; anything else there is refused */
  query?: Query;
  /** of JSON */
  body?: Body;
  /** of `body`: may it be missing? */
  bodyOptional?: true;
}

/** An endpoint behind a token. */
export interface Route extends Described<Options, Options> {
  handle: (call: ApiCall) => Promise<void>;
}

/** An endpoint for everybody. */
export interface OpenRoute extends Endpoint {
  open: true;
  /** of JSON; read by the endpoint itself */
  body?: Options;
  handle: (request: Request, response: Response) => Promise<void>;
}

const NONE = z.strictObject({});

/**
 * One endpoint of the API: its shape, its description and what it does. `handle` gets `query` and `body` parsed: what is wrong with
 * them is answered with 400.
 */
export function route<Query extends Options = Options, Body extends Options = Options>(
  described: Described<Query, Body> & {
    handle: (call: ApiCall & { query: z.output<Query>; body: z.output<Body> }) => Promise<void>;
  },
): Route {
  const { query: queryShape, body: bodyShape, handle } = described;
  return {
    ...described,
    async handle(call) {
      const { request, response } = call;
      const query = parseOptions(
        queryShape ?? NONE,
        fromTexts(queryShape ?? NONE, request.query as Texts),
      ) as z.output<Query>;
      const body = (bodyShape &&
        parseOptions(bodyShape, requireObject(await jsonBody(request, response)))) as z.output<Body>;
      await handle({ ...call, query, body });
    },
  };
}

/** A parameter of the path; the pattern has it, so the router has given it. */
export function pathParameter(request: Request, name: string): string {
  const value = request.params[name];
  return typeof value === "string" ? value : "";
}
