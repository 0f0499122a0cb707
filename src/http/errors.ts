import type { ErrorRequestHandler, RequestHandler, Response } from "express";
import { MulterError } from "multer";
import { RequestError } from "../requests/failure.ts";
import { failureOf } from "../requests/failure-of.ts";
import { STATUS } from "./status.ts";
import type { JsonObject } from "../matrix/json.ts";
import { HomeserverError } from "../ports/homeserver/homeserver.ts";
import { errorFields, type Logger } from "../ports/logger.ts";

/** Nothing stands at this address (client-server API, "Common error codes"). */
export const unrecognized: RequestHandler = (_request, response) => {
  sendError(response, new RequestError("not_found", "M_UNRECOGNIZED", "There is nothing at this address"));
};

/** Answers every error as `{errcode, error, reasons?}`; what nobody expected goes to the log, not to the requester. */
export function answerErrors(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    // whoever asked is gone, and that is mostly why it failed
    if (response.closed || request.socket.destroyed) return;
    const status = statusOfParser(error);
    const known = knownError(error, status);
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
        status,
      );
  };
}

function sendError(response: Response, { kind, errcode, message, reasons }: RequestError, status = STATUS[kind]): void {
  const body: JsonObject = { errcode, error: message };
  if (reasons.length > 0) body.reasons = reasons.map((reason) => ({ ...reason }));
  response.status(status).json(body);
}

function knownError(error: unknown, status: number | undefined): RequestError | undefined {
  const told = failureOf(error);
  if (told instanceof RequestError) return told;
  if (error instanceof MulterError) {
    if (error.code === "LIMIT_FILE_SIZE") return tooLarge();
    return new RequestError("invalid", "M_BAD_JSON", "The form has fields that are not expected, or too much in one");
  }
  if (status === undefined) return undefined;
  return status === 413 ? tooLarge() : new RequestError("invalid", "M_UNKNOWN", "The request is not well-formed");
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
