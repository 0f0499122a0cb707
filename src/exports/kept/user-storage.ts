import { isUserId } from "../../matrix/ids.ts";
import type { BundleStore } from "../../ports/bundle-store.ts";
import type { Clock } from "../../ports/clock.ts";
import { isImport, type Job, type JobStore } from "../../ports/job-store.ts";
import type { Logger } from "../../ports/logger.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import { TurnsByOwner } from "../../requests/limits/turns-by-owner.ts";
import { sizeOfFile } from "../../requests/storage/spool-file.ts";
import { DAY_MS } from "./bundle-retention.ts";

export interface UserStorageParts {
  store: Pick<JobStore, "keeping">;
  bundles: Pick<BundleStore, "put" | "size" | "remove">;
  /** bytes of the bundles of one user; admin tokens have no such limit */
  perUser: number;
  /** how long the bundle of an export is kept; 0: for ever */
  retentionDays: number;
  /** bytes of the uploads of one user that were not used yet, as announced */
  uploaded?: (owner: string) => Promise<number>;
  clock: Clock;
  logger: Logger;
}

/** A bundle that is kept for a user. */
interface Kept {
  id: string;
  size: number;
  /** of an export or a conversion that has succeeded: it can be made again */
  givesWay: boolean;
}

/** Bundles that are looked at side by side. */
const LOOKED_AT = 10;
/** Users whose bundles are put at the same time. */
const PUT_AT_ONCE = 16;

/** How much is kept for each user: where a new bundle does not fit, their oldest exports give way, or it is refused. */
export class UserStorage {
  readonly #parts: UserStorageParts;
  readonly #turns = new TurnsByOwner(PUT_AT_ONCE);

  constructor(parts: UserStorageParts) {
    this.#parts = parts;
  }

  /**
   * Puts a finished local file into the bundle store, for which the oldest exports of the same user give way.
   * @throws RequestError no_space with the numbers; StorageError, StoreAway; the signal's reason where it is aborted
   */
  async put({ id, owner }: Pick<Job, "id" | "owner">, file: string, signal?: AbortSignal): Promise<void> {
    const { bundles, logger } = this.#parts;
    if (!isUserId(owner)) {
      await bundles.put(id, file, signal);
      return;
    }
    await this.#turns.run(owner, async () => {
      const size = await sizeOfFile(file);
      const kept = (await this.#kept(owner)).filter((other) => other.id !== id);
      this.#requireRoom(kept, size);
      let free = this.#parts.perUser - total(kept);
      for (const oldest of kept.filter(({ givesWay }) => givesWay)) {
        if (free >= size) break;
        await bundles.remove(oldest.id);
        free += oldest.size;
        logger.info({ job_id: oldest.id, for: id }, "a bundle has given way to a newer one of the same user");
      }
      await bundles.put(id, file, signal);
    });
  }

  /** Could a bundle of so many bytes be received and kept? @throws RequestError no_space with the numbers; StorageError, StoreAway */
  async requireRoom(owner: string, bytes: number): Promise<void> {
    if (!isUserId(owner)) return;
    this.#requireRoom(await this.#kept(owner), bytes, await this.#parts.uploaded?.(owner));
  }

  #requireRoom(kept: readonly Kept[], bytes: number, uploaded = 0): void {
    const { perUser } = this.#parts;
    const held = total(kept.filter(({ givesWay }) => !givesWay));
    if (held + uploaded + bytes <= perUser) return;
    const waiting =
      (held === 0 ? "" : `, and your imports and conversions that wait, run or failed hold ${String(held)} of them`) +
      (uploaded === 0 ? "" : `, and your uploads that were not used yet hold ${String(uploaded)} of them`);
    const next =
      bytes > perUser
        ? "Ask the service's operator to raise that limit"
        : uploaded > 0
          ? "Use or delete an upload, or wait until a job has ended. Then try again"
          : "Wait until one of them has ended, or cancel one, also one that failed. Then try again";
    throw new RequestError(
      "no_space",
      "M_RESOURCE_LIMIT_EXCEEDED",
      `This bundle has ${String(bytes)} bytes. The service keeps ${String(perUser)} bytes for you (limits.storage_per_user)${waiting}. ${next}.`,
    );
  }

  /** Oldest first. */
  async #kept(owner: string): Promise<Kept[]> {
    const { store, bundles, retentionDays, clock } = this.#parts;
    const since = retentionDays === 0 ? 0 : clock.now() - retentionDays * DAY_MS;
    const jobs = await store.keeping(owner, since);
    const kept: Kept[] = [];
    for (let start = 0; start < jobs.length; start += LOOKED_AT) {
      const some = jobs.slice(start, start + LOOKED_AT);
      const sizes = await Promise.all(some.map(({ id }) => bundles.size(id)));
      for (const [at, { id, kind, state }] of some.entries()) {
        const size = sizes[at];
        if (size !== undefined) kept.push({ id, size, givesWay: state === "succeeded" && !isImport(kind) });
      }
    }
    return kept;
  }
}

function total(kept: readonly Kept[]): number {
  return kept.reduce((sum, { size }) => sum + size, 0);
}
