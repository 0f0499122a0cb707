import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { diskBundleStore } from "../adapters/storage/disk-bundle-store.ts";
import { diskSpace, requireRoomForWork } from "../adapters/storage/disk-space.ts";
import { scheduledBundleStore } from "../adapters/storage/scheduled-bundle-store.ts";
import { openWorkFolder, type WorkFolder } from "../adapters/storage/work-folder.ts";
import type { StorageConfig } from "../config/schema.ts";
import type { Schedules } from "../exports/scheduled/schedule.ts";
import type { BundleStore } from "../ports/bundle-store.ts";
import type { DiskSpace } from "../ports/disk-space.ts";
import type { Logger } from "../ports/logger.ts";

/** Where a process keeps what is not in the database. */
export interface Storage {
  bundles: BundleStore;
  /** for what this process is receiving or collecting */
  work: WorkFolder;
  /** of the disk that holds it */
  space: DiskSpace;
  /** Rejects where bundles cannot be made and kept at present; the message says why. */
  check(): Promise<void>;
  /** ends connections, and removes the work folder */
  close(): Promise<void>;
}

/**
 * @param schedules whose bundles may have folders of their own
 * @throws Error where a local folder cannot be used
 */
export async function openStorage(settings: StorageConfig, schedules: Schedules, logger: Logger): Promise<Storage> {
  const { path } = settings;
  await mkdir(path, { recursive: true, mode: 0o700 });
  const space = diskSpace(path, settings.min_free, logger);
  const work = await openWorkFolder(join(path, "work"));
  const checked = (bundles: BundleStore) => async (): Promise<void> => {
    await bundles.check();
    await work.check();
    await requireRoomForWork(path, settings.min_free);
  };
  const folders = new Map<string, BundleStore>();
  for (const [name, { to }] of Object.entries(schedules))
    if (to !== undefined) folders.set(name, await diskBundleStore(to, diskSpace(to, settings.min_free, logger)));
  if (settings.type === "disk") {
    const bundles = scheduledBundleStore(await diskBundleStore(join(path, "bundles"), space), folders);
    return { bundles, work, space, check: checked(bundles), close: () => work.close() };
  }
  // much code, which only those load who need it
  const { s3BundleStore } = await import("../adapters/storage/s3-bundle-store.ts");
  const { s3Client } = await import("../adapters/storage/s3-client.ts");
  const client = s3Client(settings);
  const { bucket, prefix } = settings;
  const bucketStore = s3BundleStore({ client, bucket, prefix, workFolder: work.path, space, logger });
  const bundles = scheduledBundleStore(bucketStore, folders);
  return {
    bundles,
    work,
    space,
    check: checked(bundles),
    async close() {
      client.destroy();
      await work.close();
    },
  };
}
