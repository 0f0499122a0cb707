import { HomeserverError } from "../ports/homeserver.ts";
import { PorterError } from "./porter.ts";

/** What a failed call of the homeserver means to the one who asked; anything but a HomeserverError is given back as it is. */
export function fromHomeserver(error: unknown): unknown {
  if (!(error instanceof HomeserverError)) return error;
  const { status, errcode } = error;
  if (status === 401) return new PorterError(401, errcode, "The homeserver does not accept this access token any more");
  if (status === 403) return new PorterError(403, "M_FORBIDDEN", "The homeserver does not allow this");
  if (status === 404) return new PorterError(404, "M_NOT_FOUND", "The homeserver does not know this room");
  if (status === 429)
    return new PorterError(503, "M_LIMIT_EXCEEDED", "The homeserver asks for patience: try again later");
  if (status >= 400 && status < 500) return new PorterError(400, errcode, "The homeserver refused the request");
  return new PorterError(502, "M_UNKNOWN", "The homeserver does not answer as it should: try again later");
}

/** How a job that failed is shown. What is not meant for people is not shown. */
export function jobError(error: unknown): { errcode: string; error: string } {
  if (error instanceof PorterError)
    return {
      errcode: error.errcode,
      error: [error.message, ...error.reasons.map((reason) => reason.message)].join(" "),
    };
  if (error instanceof HomeserverError) {
    const { status, errcode } = error;
    const answer = status === 0 ? "no answer" : `${String(status)} ${errcode}`;
    return { errcode, error: `The homeserver refused or failed: ${answer}` };
  }
  return { errcode: "M_UNKNOWN", error: "The job failed for a reason that the service did not expect: see its log" };
}
