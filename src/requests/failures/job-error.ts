import { BundleError } from "../../bundle/faults.ts";
import { HomeserverError, UnexpectedAnswer } from "../../ports/homeserver/homeserver.ts";
import { LeaseLost, type JobError } from "../../ports/job-store.ts";
import { asStorageError } from "../../ports/storage-error.ts";
import { StoreAway } from "../../ports/store-away.ts";
import { RequestError } from "./failure.ts";
import { sentenceOf } from "./sentence.ts";
import { storageTrouble } from "../storage/storage-trouble.ts";

/** Can the same job succeed when it is tried again later, from where it stood? */
export function mayPass(error: unknown): boolean {
  const storage = asStorageError(error);
  if (storage) return storage.fault !== "full";
  if (error instanceof LeaseLost || error instanceof StoreAway) return true;
  if (!(error instanceof HomeserverError)) return false;
  return (
    error.isUnknownEndpoint || error.status === 0 || error.status === 401 || error.status === 429 || error.status >= 500
  );
}

/** How a job that failed is shown: what happened, and what to do. What is not meant for people is not shown. */
export function jobError(error: unknown): JobError {
  if (error instanceof RequestError) return { errcode: error.errcode, error: sentenceOf(error), retry: false };
  if (error instanceof HomeserverError) return { errcode: error.errcode, ...ofHomeserver(error) };
  if (error instanceof BundleError)
    return {
      errcode: "IO.ROOMPORTER.BAD_BUNDLE",
      error: `The bundle that the service keeps for this job is damaged: ${error.message} Import the bundle again.`,
      retry: false,
    };
  const storage = storageTrouble(error, "retry the job");
  if (storage) return { errcode: storage.errcode, error: storage.message, retry: true };
  if (error instanceof StoreAway)
    return {
      errcode: "M_UNKNOWN",
      error: "The service's database does not answer. Once it is back, retry the job.",
      retry: true,
    };
  return {
    errcode: "M_UNKNOWN",
    error:
      "The job failed for a reason that the service did not expect: its log says more. Retry the job, and tell the operator if it fails again.",
    retry: true,
  };
}

const GOES_ON = "retry the job: it goes on where it stood.";

/** What the homeserver was asked, what it answered and what was expected, in a sentence. */
export function unexpectedAnswer({ endpoint, status, errcode, expected }: UnexpectedAnswer): string {
  return `The homeserver's answer to ${endpoint} (${String(status)} ${errcode}) cannot be used: expected ${expected}.`;
}

function ofHomeserver(error: HomeserverError): Pick<JobError, "error" | "retry"> {
  const { status, errcode } = error;
  const answer = `${String(status)} ${errcode}`;
  const retry = (error: string): Pick<JobError, "error" | "retry"> => ({ error, retry: true });
  if (status === 0) return retry(`The homeserver did not answer for too long. Once it is back, ${GOES_ON}`);
  if (error instanceof UnexpectedAnswer)
    return retry(
      `${unexpectedAnswer(error)} Where something stands before the homeserver, does it lead this endpoint there? Once it answers, ${GOES_ON}`,
    );
  if (status === 401)
    return retry(
      `The homeserver does not accept the service's token any more (${answer}). Once its operator has corrected as_token in the registration, ${GOES_ON}`,
    );
  if (errcode === "M_INVITE_BLOCKED")
    return retry(
      `The room is there, but the importing user blocks invitations (${answer}). Once they allow them in a Matrix client, retry the job.`,
    );
  if (error.isUserLimit)
    return retry(
      `The homeserver takes no more from the service user at present (${answer}). Later, or once its administrator has raised the limit (Synapse: media_upload_limits), ${GOES_ON}`,
    );
  if (status === 403)
    return retry(
      `The homeserver does not allow this to the service user (${answer}): is it still in the room? Invite it again, then retry the job.`,
    );
  if (status === 404)
    return {
      error: `The homeserver does not know the room, or something in it, any more (${answer}).`,
      retry: false,
    };
  if (status === 413)
    return retry(
      `The homeserver refuses something as too large (${answer}). Once its operator has raised the limit, retry the job.`,
    );
  if (status === 429)
    return retry(`The homeserver has been rate-limiting requests for too long (${answer}). Later, ${GOES_ON}`);
  if (status >= 500)
    return retry(`The homeserver failed (${answer}): its log says why. Once it works again, ${GOES_ON}`);
  return {
    error: `The homeserver refused a request (${answer}), and will do so again: tell the service's operator.`,
    retry: false,
  };
}
