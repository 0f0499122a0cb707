import { constants } from "node:fs";
import { lstat, open, readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { ConvertError } from "../convert-error.ts";
import type { ExportFile, ExportFiles } from "./export-files.ts";

/** Somebody who names a whole disk has made a mistake. */
const MAX_FILES = 500_000;
const CHUNK = 64 * 1024;

/** Files in a folder. Symbolic links are none, wherever they lead. */
export class FolderFiles implements ExportFiles {
  readonly paths: readonly string[];
  readonly #folder: string;
  readonly #sizes: ReadonlyMap<string, number>;

  private constructor(folder: string, sizes: ReadonlyMap<string, number>) {
    this.#folder = folder;
    this.#sizes = sizes;
    this.paths = [...sizes.keys()].sort();
  }

  /** @throws ConvertError input_unreadable where there are too many */
  static async whole(folder: string): Promise<FolderFiles> {
    const sizes = new Map<string, number>();
    await list(folder, ".", sizes);
    return new FolderFiles(folder, sizes);
  }

  /** One file of the folder, others that belong to it, and what lies in some folders beside it. */
  static async only(
    folder: string,
    fileName: string,
    beside: readonly string[],
    belongs: (other: string) => boolean,
  ): Promise<FolderFiles> {
    const sizes = new Map<string, number>();
    const { size } = await lstat(join(folder, fileName));
    sizes.set(fileName, size);
    for (const entry of await readdir(folder, { withFileTypes: true }))
      if (entry.isFile() && belongs(entry.name)) sizes.set(entry.name, (await lstat(join(folder, entry.name))).size);
    for (const name of beside) if (await isFolder(join(folder, name))) await list(folder, name, sizes);
    return new FolderFiles(folder, sizes);
  }

  file(path: string): ExportFile | undefined {
    const size = this.#sizes.get(path);
    return size === undefined ? undefined : { size, read: () => read(join(this.#folder, path)) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // nothing is held open
  }
}

async function isFolder(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function list(top: string, folder: string, sizes: Map<string, number>): Promise<void> {
  for (const entry of await readdir(join(top, folder), { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    if (sizes.size >= MAX_FILES) throw new ConvertError("input_unreadable");
    const path = join(entry.parentPath, entry.name);
    sizes.set(relative(top, path).split(sep).join("/"), (await lstat(path)).size);
  }
}

async function* read(path: string): AsyncGenerator<Buffer, void, undefined> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    yield* handle.createReadStream({ highWaterMark: CHUNK, autoClose: false }) as AsyncIterable<Buffer>;
  } finally {
    await handle.close();
  }
}
