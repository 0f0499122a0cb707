import { BundleError } from "../bundle/faults.ts";
import { HomeserverError } from "../ports/homeserver/homeserver.ts";
import { LeaseLost } from "../ports/job-store.ts";
import { asStorageError } from "../ports/storage-error.ts";
import { StoreAway } from "../ports/store-away.ts";
import { RequestError } from "./failure.ts";
import { storageJobError } from "./storage-trouble.ts";

/** What a failed call of the homeserver means to the one who asked; anything but a HomeserverError is given back as it is. */
export function fromHomeserver(error: unknown): unknown {
  if (!(error instanceof HomeserverError)) return error;
  const { status, errcode } = error;
  if (status === 401)
    return new RequestError(401, errcode, "The homeserver does not accept this access token any more");
  if (status === 403) return new RequestError(403, "M_FORBIDDEN", "The homeserver does not allow this");
  if (status === 404) return new RequestError(404, "M_NOT_FOUND", "The homeserver does not know this room");
  if (status === 429)
    return new RequestError(503, "M_LIMIT_EXCEEDED", "The homeserver asks for patience: try again later");
  if (status >= 400 && status < 500) return new RequestError(400, errcode, "The homeserver refused the request");
  return new RequestError(502, "M_UNKNOWN", "The homeserver does not answer as it should: try again later");
}

/** Can the same job succeed when it is tried again later, from where it stood? */
export function mayPass(error: unknown): boolean {
  const storage = asStorageError(error);
  if (storage) return storage.fault !== "full";
  if (error instanceof LeaseLost || error instanceof StoreAway) return true;
  if (!(error instanceof HomeserverError)) return false;
  return error.status === 0 || error.status === 401 || error.status === 429 || error.status >= 500;
}

/** How a job that failed is shown: what happened, and what to do. What is not meant for people is not shown. */
export function jobError(error: unknown): { errcode: string; error: string } {
  if (error instanceof RequestError)
    return {
      errcode: error.errcode,
      error: [error.message, ...error.reasons.map((reason) => reason.message)].join(" "),
    };
  if (error instanceof HomeserverError) return { errcode: error.errcode, error: ofHomeserver(error) };
  if (error instanceof BundleError)
    return {
      errcode: "IO.ROOMPORTER.BAD_BUNDLE",
      error: `The bundle that the service keeps for this job is damaged: ${error.message} Import the bundle again.`,
    };
  const storage = storageJobError(error);
  if (storage) return storage;
  if (error instanceof StoreAway)
    return { errcode: "M_UNKNOWN", error: "The service's database does not answer. Once it is back, retry the job." };
  return {
    errcode: "M_UNKNOWN",
    error:
      "The job failed for a reason that the service did not expect: its log says more. Retry the job, and tell the operator if it fails again.",
  };
}

/** Does a failed job's error say that a retry helps? */
export function namesRetry(error: string): boolean {
  return /\bretry the job\b/i.test(error);
}

const GOES_ON = "retry the job: it goes on where it stood.";

function ofHomeserver({ status, errcode }: HomeserverError): string {
  const answer = `${String(status)} ${errcode}`;
  if (status === 0) return `The homeserver did not answer for too long. Once it is back, ${GOES_ON}`;
  if (status === 401)
    return `The homeserver does not accept the service's token any more (${answer}). Once its operator has set that right (as_token in the registration), ${GOES_ON}`;
  if (status === 403)
    return `The homeserver does not allow this to the service user (${answer}): is it still in the room? Invite it again, then retry the job.`;
  if (status === 404) return `The homeserver does not know the room, or something in it, any more (${answer}).`;
  if (status === 413)
    return `The homeserver refuses something as too large (${answer}). Once its operator has raised the limit, retry the job.`;
  if (status === 429) return `The homeserver asks for patience for too long (${answer}). Later, ${GOES_ON}`;
  if (status >= 500) return `The homeserver failed (${answer}): its log says why. Once it is well again, ${GOES_ON}`;
  return `The homeserver refused a request (${answer}), and will do so again: tell the service's operator.`;
}
