import type { ErrorRequestHandler, RequestHandler, Response } from "express";
import { MulterError } from "multer";
import { RequestError } from "../requests/failures/failure.ts";
import { failureOf } from "../requests/failures/failure-of.ts";
import { STATUS } from "./status.ts";
import type { JsonObject } from "../matrix/json.ts";
import { HomeserverError } from "../ports/homeserver/homeserver.ts";
import { errorFields, type Logger } from "../ports/logger.ts";

/** Nothing stands at this address (client-server API, "Common error codes"). */
export const unrecognized: RequestHandler = (_request, response) => {
  sendError(response, new RequestError("not_found", "M_UNRECOGNIZED", "There is no such endpoint"));
};

/** Answers every error as `{errcode, error, reasons?}`; what nobody expected goes to the log, not to the requester. */
export function answerErrors(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    // whoever asked is gone, and that is mostly why it failed
    if (response.closed || request.socket.destroyed) return;
    const known = knownError(error);
    if (!known)
      logger.error(
        { method: request.method, route: routeOf(request.route), ...errorFields(error) },
        "a request failed",
      );
    // too late to answer: the broken connection tells that something is missing
    if (response.headersSent) response.destroy();
    else
      sendError(
        response,
        known ?? new RequestError("internal", "M_UNKNOWN", "Something went wrong: the service's log says what"),
      );
  };
}

/** At this address there are only these methods (RFC 9110, "405 Method Not Allowed"). */
export function notAllowed(methods: string): RequestHandler {
  return ({ method }, response) => {
    response.setHeader("Allow", methods);
    response
      .status(405)
      .json({ errcode: "M_UNRECOGNIZED", error: `There is no ${method} at this address: ${methods}` });
  };
}

function sendError(response: Response, { kind, errcode, message, reasons, retryAfter, more }: RequestError): void {
  if (retryAfter !== undefined) response.setHeader("Retry-After", retryAfter);
  const body: JsonObject = { errcode, error: message, ...more };
  if (reasons.length > 0) body.reasons = reasons.map((reason) => ({ ...reason }));
  response.status(STATUS[kind]).json(body);
}

const WRONG_FORM: Readonly<Record<string, string>> = {
  LIMIT_FIELD_COUNT: "The form has too many fields",
  LIMIT_FIELD_KEY: "The form has a field with too long a name",
  LIMIT_FIELD_VALUE: "The form has a text that is too long",
  LIMIT_FILE_COUNT: "The form holds more than one file: send one bundle",
  LIMIT_PART_COUNT: "The form has too many fields",
};

function knownError(error: unknown): RequestError | undefined {
  const told = failureOf(error);
  if (told instanceof RequestError) return told;
  if (error instanceof MulterError) {
    if (error.code === "LIMIT_FILE_SIZE") return tooLarge();
    return new RequestError("invalid", "M_INVALID_PARAM", WRONG_FORM[error.code] ?? "The form is not as expected");
  }
  const status = statusOfParser(error);
  if (status === undefined) return undefined;
  if (status === 413) return tooLarge();
  const message = "The address has a % that does not begin the code of a character: percent-encode it";
  return new RequestError(
    "invalid",
    "M_INVALID_PARAM",
    error instanceof URIError ? message : "The request is not well-formed",
  );
}

/** The status that the framework and its parsers have for what is wrong with a request; undefined for other errors. */
function statusOfParser(error: unknown): number | undefined {
  if (error instanceof HomeserverError || !(error instanceof Error) || !("status" in error)) return undefined;
  const { status } = error;
  return typeof status === "number" && status >= 400 && status <= 499 ? status : undefined;
}

export function tooLarge(): RequestError {
  return new RequestError("too_large", "M_TOO_LARGE", "That is larger than this service takes");
}

/** The pattern, not the address: that may name rooms. */
function routeOf(route: unknown): string {
  return typeof route === "object" && route !== null && "path" in route ? String(route.path) : "";
}
