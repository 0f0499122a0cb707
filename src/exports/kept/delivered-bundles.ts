import type { BundleRecords } from "../../ports/bundle-store.ts";
import { HomeserverError } from "../../ports/homeserver/homeserver.ts";
import type { MediaRemoval } from "../../ports/homeserver/room-removal.ts";
import type { JobStore } from "../../ports/job-store.ts";
import type { Logger } from "../../ports/logger.ts";
import { mustGo, type StillTheirsParts } from "./still-theirs.ts";

export interface DeliveredBundlesParts extends StillTheirsParts {
  records: BundleRecords;
  store: Pick<JobStore, "get">;
  /** undefined where the service has no administrator's token */
  removal: MediaRemoval | undefined;
  logger: Logger;
}

/** How long the homeserver may take to delete one file, in milliseconds. */
const REMOVAL_MS = 20_000;

/** Copies of bundles that the bot has put into the homeserver's media repository. */
export class DeliveredBundles {
  readonly #parts: DeliveredBundlesParts;
  /** jobs whose copies could not be deleted: told once */
  readonly #told = new Set<string>();

  constructor(parts: DeliveredBundlesParts) {
    this.#parts = parts;
  }

  /** There is a copy of the job's bundle at this `mxc://` URI. @throws StoreAway */
  async note(jobId: string, uri: string): Promise<void> {
    await this.#parts.records.addCopy(jobId, uri);
  }

  /**
   * Deletes the copies of a job's bundle. Those that the service may not delete stay noted, and the log says so.
   * @throws HomeserverError where the homeserver is away; StoreAway
   */
  async withdraw(jobId: string): Promise<void> {
    const { records, removal } = this.#parts;
    for (const uri of await records.copiesOf(jobId)) {
      const gone = removal !== undefined && (await isRemoved(removal, uri));
      if (gone) await records.dropCopy(uri);
      else this.#tellOnce(jobId);
    }
  }

  /** Deletes those that are left of rooms that were closed or have become incognito. @throws HomeserverError, StoreAway */
  async withdrawLeft(): Promise<void> {
    const { records, store } = this.#parts;
    for (const jobId of await records.copied()) {
      const job = await store.get(jobId);
      if (job && (await mustGo(job, this.#parts))) await this.withdraw(jobId);
    }
  }

  #tellOnce(jobId: string): void {
    const { logger, removal } = this.#parts;
    if (this.#told.has(jobId)) return;
    this.#told.add(jobId);
    const why = removal ? "homeserver.admin_token may not delete media" : "there is no homeserver.admin_token";
    logger.error({ job_id: jobId }, `a bundle that the bot delivered stays in the media repository: ${why}`);
  }
}

/** false: the service may not do that here. */
async function isRemoved(removal: MediaRemoval, uri: string): Promise<boolean> {
  try {
    await removal.removeMedia(uri, AbortSignal.timeout(REMOVAL_MS));
    return true;
  } catch (error) {
    if (error instanceof HomeserverError && error.isNotOffered) return false;
    throw error;
  }
}
