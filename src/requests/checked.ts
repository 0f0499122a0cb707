import { TooManyJobs } from "../ports/job-store.ts";
import { StoreAway } from "../ports/store-away.ts";
import { fromHomeserver } from "./job-error.ts";
import { RequestError } from "./failure.ts";
import { fromStorage } from "./storage-trouble.ts";

/** Nothing but RequestError leaves: what the homeserver and the storage say is put into the requester's words. */
export async function checked<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof DOMException && error.name === "TimeoutError")
      throw new RequestError(502, "M_UNKNOWN", "The homeserver does not answer: try again later");
    if (error instanceof TooManyJobs)
      throw new RequestError(
        429,
        "M_LIMIT_EXCEEDED",
        "You have as many unfinished jobs as you may: wait until one has ended, or cancel one",
      );
    if (error instanceof StoreAway)
      throw new RequestError(503, "M_UNKNOWN", "The service's database does not answer: try again later");
    throw fromStorage(fromHomeserver(error));
  }
}
