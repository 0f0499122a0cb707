import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** A folder for uploads and spools: emptied at start, for whatever lies there belonged to a process that is gone. */
export async function emptyWorkFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  for (const name of await readdir(path)) await rm(join(path, name), { recursive: true, force: true });
  return path;
}
