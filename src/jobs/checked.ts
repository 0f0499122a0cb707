import { TooManyJobs } from "../ports/job-store.ts";
import { StoreAway } from "../ports/store-away.ts";
import { fromHomeserver } from "./job-error.ts";
import { PorterError } from "./porter.ts";
import { fromStorage } from "./storage-trouble.ts";

/** Nothing but PorterError leaves: what the homeserver and the storage say is put into the requester's words. */
export async function checked<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof DOMException && error.name === "TimeoutError")
      throw new PorterError(502, "M_UNKNOWN", "The homeserver does not answer: try again later");
    if (error instanceof TooManyJobs)
      throw new PorterError(
        429,
        "M_LIMIT_EXCEEDED",
        "You have as many unfinished jobs as you may: wait until one has ended, or cancel one",
      );
    if (error instanceof StoreAway)
      throw new PorterError(503, "M_UNKNOWN", "The service's database does not answer: try again later");
    throw fromStorage(fromHomeserver(error));
  }
}
