import { json, type Request, type RequestHandler, type Response } from "express";
import { RequestError } from "../requests/failures/failure.ts";

/** Many invitations, and no more: a room's name and topic are a few lines. */
const parse: RequestHandler = json({ limit: "256kb", type: () => true, strict: false });

/**
 * The JSON body of a request, whatever its content type is; `{}` where there is none.
 * @throws RequestError 400 where it is not JSON; http-errors 413
 */
export async function jsonBody(request: Request, response: Response): Promise<unknown> {
  await new Promise<void>((resolve, reject) => {
    parse(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(readable(error));
    });
  });
  return request.body === undefined ? {} : (request.body as unknown);
}

function readable(error: unknown): Error {
  if (!(error instanceof Error)) return new Error("the body cannot be read");
  const { type, status } = error as { type?: unknown; status?: unknown };
  if (type === "entity.parse.failed") return new RequestError("invalid", "M_NOT_JSON", "The body is not valid JSON");
  if (status !== 400 && status !== 415) return error;
  return new RequestError("invalid", "M_NOT_JSON", "The body cannot be read: send JSON in UTF-8");
}
