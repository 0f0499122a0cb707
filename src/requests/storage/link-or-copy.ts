import { copyFile, link, stat } from "node:fs/promises";
import type { DiskSpace } from "../../ports/disk-space.ts";

/** The bytes of a file under a second path: a hard link, or a copy where that lies on another disk. @throws StorageError */
export async function linkOrCopy(from: string, to: string, space: DiskSpace): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && (error.code === "EXDEV" || error.code === "EPERM"))) throw error;
    await space.require((await stat(from)).size);
    await copyFile(from, to);
  }
}
