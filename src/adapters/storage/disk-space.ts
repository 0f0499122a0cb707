import { statfs } from "node:fs/promises";
import type { DiskSpace } from "../../ports/disk-space.ts";
import type { Logger } from "../../ports/logger.ts";
import { StorageError } from "../../ports/storage-error.ts";

/** What was measured is believed for so long, in milliseconds: others write to the same disk. */
const FRESH_MS = 1000;

/**
 * Watches the file system that holds `path`, so that `reserve` bytes stay free on it. 0: nothing is watched, and a full disk shows
 * in the write that fails. Between two measurements at most half of what is above the reserve is given away, for other processes
 * may be doing the same.
 */
export function diskSpace(path: string, reserve: number, logger: Logger): DiskSpace {
  let measured = -Infinity;
  let allowance = 0;
  return {
    async require(bytes) {
      if (reserve === 0) return;
      if (bytes > allowance || performance.now() - measured > FRESH_MS) {
        const { bavail, bsize } = await statfs(path);
        const free = bavail * bsize;
        const above = free - reserve;
        if (bytes > above) {
          logger.warn({ free, wanted: bytes, min_free: reserve }, "too little free disk space");
          throw new StorageError("full", `${free} bytes are free, and ${reserve} must stay so`);
        }
        measured = performance.now();
        allowance = Math.max(above / 2, bytes);
      }
      allowance -= bytes;
    },
  };
}

/** What an export needs at the least, in bytes: what it reads and the bundle lie on the disk at the same time. */
const LEAST_WORK = 4 * 1024 ** 2;

/** Is there room for a small export, beside `reserve` bytes that must stay free? @throws StorageError "full" */
export async function requireRoomForWork(path: string, reserve: number): Promise<void> {
  const { bavail, bsize } = await statfs(path);
  const free = bavail * bsize;
  if (free - reserve < LEAST_WORK)
    throw new StorageError("full", `${free} bytes are free, and an export needs ${reserve + LEAST_WORK}`);
}
