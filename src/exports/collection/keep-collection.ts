import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { CollectionIndex } from "../../collections/collection-index.ts";
import { writeCollection } from "../../collections/write-collection.ts";
import type { DiskSpace } from "../../ports/disk-space.ts";
import type { Job } from "../../ports/job-store.ts";
import type { SigningKeys } from "../../ports/signing-keys.ts";
import { sizeOfFile, spoolFile } from "../../requests/storage/spool-file.ts";
import { patientWithStorage } from "../../requests/storage/storage-patience.ts";
import type { OutcomeSpool } from "./outcome-spool.ts";
import { namedBundles } from "./outcomes-index.ts";
import type { RoomOutcome } from "./room-outcome.ts";

export interface KeepCollectionParts {
  /** folder for the unfinished ZIP */
  spoolDir: string;
  /** of its disk */
  space: DiskSpace;
  /** what the index is signed with */
  keys: Pick<SigningKeys, "signer">;
}

/**
 * Writes the collection of what was exported, and puts it where it is kept. Gives the size of the ZIP in bytes.
 * @param outcomes in the order of the index
 * @throws what `put` throws; StorageError, the signal's reason
 */
export async function keepCollection(
  { spoolDir, space, keys }: KeepCollectionParts,
  { id, fence }: Job,
  { index, outcomes, spool }: { index: CollectionIndex; outcomes: readonly RoomOutcome[]; spool: OutcomeSpool },
  put: (file: string) => Promise<void>,
  signal: AbortSignal,
): Promise<number> {
  const files = namedBundles(outcomes).map(({ outcome: { file, size } }) => ({ path: spool.path(file), size }));
  const collection = { index, files, date: new Date(index.exported_at), signer: await keys.signer() };
  // of this run alone: one that was taken for dead may still be writing its own
  const zip = join(spoolDir, `${id}.${fence}.zip`);
  try {
    await writeCollection(spoolFile(zip, space), collection, signal);
    signal.throwIfAborted();
    const size = await sizeOfFile(zip);
    await patientWithStorage(() => put(zip), signal);
    return size;
  } finally {
    await rm(zip, { force: true });
  }
}
