import { HomeserverError, UnexpectedAnswer } from "../../ports/homeserver/homeserver.ts";
import { TooManyJobs } from "../../ports/job-store.ts";
import { StoreAway } from "../../ports/store-away.ts";
import { RequestError } from "./failure.ts";
import { unexpectedAnswer } from "./job-error.ts";
import { storageTrouble } from "../storage/storage-trouble.ts";

/** Jobs take their time. */
const JOB_RETRY_SECONDS = 60;

/**
 * What an error means to the one who asked: RequestError for what the homeserver, the storage and the database say, for time-outs
 * and for too many jobs. Anything else is given back as it is.
 */
export function failureOf(error: unknown): unknown {
  if (error instanceof HomeserverError) return ofHomeserver(error);
  if (error instanceof DOMException && error.name === "TimeoutError")
    return new RequestError("homeserver_away", "M_UNKNOWN", "The homeserver does not answer: try again later");
  if (error instanceof TooManyJobs)
    return new RequestError(
      "too_many",
      "M_LIMIT_EXCEEDED",
      "You have as many unfinished jobs as you may: wait until one has ended, or cancel one",
      [],
      JOB_RETRY_SECONDS,
    );
  if (error instanceof StoreAway)
    return new RequestError(
      "unavailable",
      "M_UNKNOWN",
      "The service's database is busy or does not answer: try again later",
    );
  const trouble = storageTrouble(error, "try again");
  return trouble ? new RequestError(trouble.kind, trouble.errcode, trouble.message) : error;
}

/** Rejects with RequestError where the error is a known one (`failureOf`). */
export async function withFailures<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw failureOf(error);
  }
}

function ofHomeserver(error: HomeserverError): RequestError {
  const { status, errcode } = error;
  if (error instanceof UnexpectedAnswer)
    return new RequestError(
      "homeserver_away",
      "M_UNKNOWN",
      `${unexpectedAnswer(error)} Tell the operator of this service`,
    );
  if (status === 401)
    return new RequestError(
      "unauthorized",
      errcode,
      "The homeserver does not accept this access token any more: log in again",
    );
  if (status === 403) return new RequestError("forbidden", "M_FORBIDDEN", "The homeserver does not allow this");
  if (status === 404) return new RequestError("not_found", "M_NOT_FOUND", "The homeserver does not know this room");
  if (status === 429)
    return new RequestError(
      "unavailable",
      "M_LIMIT_EXCEEDED",
      "The homeserver is rate-limiting requests: try again later",
    );
  if (status >= 400 && status < 500)
    return new RequestError("invalid", errcode, `The homeserver refused the request (${String(status)} ${errcode})`);
  return new RequestError(
    "homeserver_away",
    "M_UNKNOWN",
    "The homeserver does not answer as it should: try again later",
  );
}
