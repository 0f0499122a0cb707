import type { BundleRecords, BundleStore } from "../../ports/bundle-store.ts";
import { isImport, type JobStore } from "../../ports/job-store.ts";
import { hasEnded } from "../../jobs/job-watch.ts";
import type { ExportSpools } from "../export-spools.ts";
import type { DeliveredBundles } from "./delivered-bundles.ts";

export interface DiscardParts {
  store: Pick<JobStore, "get" | "ofRoom" | "requestCancel">;
  bundles: Pick<BundleStore, "remove">;
  spools: Pick<ExportSpools, "remove">;
  records: Pick<BundleRecords, "holding">;
  delivered: Pick<DeliveredBundles, "withdraw">;
}

/**
 * Deletes what the service keeps of a room, once that is noted as closed or incognito: bundles, spools and delivered copies of its
 * exports, exports of all rooms that hold it, and of a closed one the kept input of the import that made it. Jobs that are not done are
 * cancelled, and delete theirs as they end; an export of all rooms that is not done leaves the room out by itself.
 * @throws StorageError, StoreAway, HomeserverError where the homeserver is away
 */
export async function discardRoom(parts: DiscardParts, roomId: string, why: "closed" | "incognito"): Promise<void> {
  const { store, records } = parts;
  for (const { id, kind } of await store.ofRoom(roomId)) {
    if (isImport(kind) && why === "incognito") continue;
    const job = await store.requestCancel(id, false);
    if (job?.state !== "running") await discard(parts, id);
  }
  for (const id of await records.holding(roomId)) {
    const job = await store.get(id);
    if (!job || hasEnded(job)) await discard(parts, id);
  }
}

async function discard({ bundles, spools, delivered }: DiscardParts, jobId: string): Promise<void> {
  await bundles.remove(jobId);
  await spools.remove(jobId);
  await delivered.withdraw(jobId);
}
