import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, constants, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { spoolFile } from "../../requests/storage/spool-file.ts";
import type { BundleStore } from "../../ports/bundle-store.ts";
import type { DiskSpace } from "../../ports/disk-space.ts";
import { bundleFileName, bundleIdOf } from "./bundle-name.ts";

/** Of one `put`, beside the bundle's own name. */
const UNFINISHED = /^(.+)\.[^.]+\.part$/;

/**
 * Bundles as files of one folder: `<folder>/<id>.zip`. A file has its final name only once it is whole and on disk. Several
 * processes may share the folder.
 */
export async function diskBundleStore(folder: string, space: DiskSpace): Promise<BundleStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const pathOf = (id: string): string => join(folder, bundleFileName(id));
  const size = async (id: string): Promise<number | undefined> => (await ifThere(stat(pathOf(id))))?.size;

  return {
    size,

    async put(id, file, signal) {
      signal?.throwIfAborted();
      const path = pathOf(id);
      const part = `${path}.${randomUUID()}.part`;
      try {
        await move(file, part, space, signal);
        await flush(part);
        await rename(part, path);
      } catch (error) {
        await rm(part, { force: true });
        throw error;
      }
      await flush(folder);
    },

    async open(id, range) {
      const file = await ifThere(open(pathOf(id)));
      if (!file) return undefined;
      try {
        return { size: (await file.stat()).size, body: file.createReadStream(range ?? {}) };
      } catch (error) {
        await file.close();
        throw error;
      }
    },

    async localFile(id) {
      if ((await size(id)) === undefined) return undefined;
      return { path: pathOf(id), [Symbol.asyncDispose]: async () => undefined };
    },

    async *list() {
      for (const name of await readdir(folder)) {
        const id = bundleIdOf(name);
        const file = id === undefined ? undefined : await ifThere(stat(join(folder, name)));
        if (id !== undefined && file) yield { id, keptAt: file.mtimeMs, size: file.size };
      }
    },

    async removeUnfinished(before) {
      for (const name of (await readdir(folder)).filter(isUnfinished)) {
        const path = join(folder, name);
        const file = await ifThere(stat(path));
        // a file that was written long ago may have been moved here just now
        if (file && Math.max(file.mtimeMs, file.ctimeMs) < before) await rm(path, { force: true });
      }
    },

    async remove(id) {
      await rm(pathOf(id), { force: true });
    },

    async check() {
      await access(folder, constants.W_OK);
      await space.require(0);
    },
  };
}

/** What a `put` has left; the folder may be somebody else's, too. */
function isUnfinished(name: string): boolean {
  const [, bundle = ""] = UNFINISHED.exec(name) ?? [];
  return bundleIdOf(bundle) !== undefined;
}

/** Renames; copies where the file lies on another file system. */
async function move(from: string, to: string, space: DiskSpace, signal: AbortSignal | undefined): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!isErrno(error, "EXDEV")) throw error;
    await space.require((await stat(from)).size);
    await pipeline(createReadStream(from), spoolFile(to, space), signal ? { signal } : {});
    await rm(from, { force: true });
  }
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** undefined where the file does not exist */
async function ifThere<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
