import type { BundleStore } from "../ports/bundle-store.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { ExportSpools } from "./export-spools.ts";

export interface DiscardParts {
  store: Pick<JobStore, "ofRoom" | "requestCancel">;
  bundles: Pick<BundleStore, "remove">;
  spools: Pick<ExportSpools, "remove">;
}

/**
 * Deletes the bundles, spools and kept inputs of all exports of a room and of the import that made it; jobs that are not done are
 * cancelled, and delete theirs as they end. Exports of all rooms that hold the room are no part of this.
 * @throws StorageError, StoreAway
 */
export async function discardRoom({ store, bundles, spools }: DiscardParts, roomId: string): Promise<void> {
  for (const { id } of await store.ofRoom(roomId)) {
    const job = await store.requestCancel(id, false);
    if (job?.state === "running") continue;
    await bundles.remove(id);
    await spools.remove(id);
  }
}
