import type { ErrorRequestHandler, RequestHandler, Response } from "express";
import { MulterError } from "multer";
import { RequestError } from "../requests/failure.ts";
import { fromStorage } from "../requests/storage-trouble.ts";
import type { JsonObject } from "../matrix/json.ts";
import { errorFields, type Logger } from "../ports/logger.ts";

/** Nothing stands at this address (client-server API, "Common error codes"). */
export const unrecognized: RequestHandler = (_request, response) => {
  sendError(response, new RequestError(404, "M_UNRECOGNIZED", "There is nothing at this address"));
};

/** Answers every error as `{errcode, error, reasons?}`; what nobody expected goes to the log, not to the requester. */
export function answerErrors(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    // whoever asked is gone, and that is mostly why it failed
    if (response.closed || request.socket.destroyed) return;
    const known = asPorterError(error);
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
        known ?? new RequestError(500, "M_UNKNOWN", "Something went wrong: the service's log says what"),
      );
  };
}

function sendError(response: Response, { status, errcode, message, reasons }: RequestError): void {
  const body: JsonObject = { errcode, error: message };
  if (reasons.length > 0) body.reasons = reasons.map((reason) => ({ ...reason }));
  response.status(status).json(body);
}

function asPorterError(error: unknown): RequestError | undefined {
  const told = fromStorage(error);
  if (told instanceof RequestError) return told;
  if (error instanceof MulterError) {
    if (error.code === "LIMIT_FILE_SIZE") return tooLarge();
    return new RequestError(400, "M_BAD_JSON", "The form has fields that are not expected, or too much in one");
  }
  const status = error instanceof Error && "status" in error ? error.status : undefined;
  if (typeof status !== "number" || status < 400 || status > 499) return undefined;
  return status === 413 ? tooLarge() : new RequestError(status, "M_UNKNOWN", "The request is not well-formed");
}

export function tooLarge(): RequestError {
  return new RequestError(413, "M_TOO_LARGE", "That is larger than this service takes");
}

/** The pattern, not the address: that may name rooms. */
function routeOf(route: unknown): string {
  return typeof route === "object" && route !== null && "path" in route ? String(route.path) : "";
}
