import { createReadStream } from "node:fs";
import { copyFile, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { BundleStore } from "../../ports/bundle-store.ts";

/** Ids become file names. */
const ID = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Bundles as files of one folder: `<folder>/<id>.zip`. A file has its final name only once it is whole and on disk; what a dead
 * process left unfinished is removed here.
 */
export async function diskBundleStore(folder: string): Promise<BundleStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(folder)) if (name.endsWith(".part")) await rm(join(folder, name), { force: true });

  const pathOf = (id: string): string => {
    if (!ID.test(id)) throw new Error("not the id of a bundle");
    return join(folder, `${id}.zip`);
  };
  const size = async (id: string): Promise<number | undefined> => {
    try {
      return (await stat(pathOf(id))).size;
    } catch (error) {
      if (isErrno(error, "ENOENT")) return undefined;
      throw error;
    }
  };

  return {
    size,

    async put(id, file) {
      const part = join(folder, `${id}.part`);
      const path = pathOf(id);
      try {
        await move(file, part);
        await flush(part);
        await rename(part, path);
      } catch (error) {
        await rm(part, { force: true });
        throw error;
      }
      await flush(folder);
    },

    async open(id, range) {
      const total = await size(id);
      if (total === undefined) return undefined;
      return { body: createReadStream(pathOf(id), range ?? {}), size: total };
    },

    async localFile(id) {
      return (await size(id)) === undefined ? undefined : pathOf(id);
    },

    async list() {
      return (await readdir(folder))
        .filter((name) => name.endsWith(".zip"))
        .map((name) => name.slice(0, -".zip".length));
    },

    async remove(id) {
      await rm(pathOf(id), { force: true });
    },
  };
}

/** Renames; copies where the file lies on another file system. */
async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!isErrno(error, "EXDEV")) throw error;
    await copyFile(from, to);
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

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
