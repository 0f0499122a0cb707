import { randomBytes } from "node:crypto";
import { mkdir, open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { writeAt } from "../../../bundle/archive/write-at.ts";
import type { WholeFile } from "../../../bundle/write-bundle.ts";

/** Of all files together, so many bytes stay in memory: a small room needs no disk. */
const IN_MEMORY = 256 * 1024;

/** Small files, one behind the other in one file: to make and open one for each costs more than to write it. */
export class SmallFiles {
  readonly #folder: string;
  #spare = IN_MEMORY;
  #file: Promise<FileHandle> | undefined;
  #end = 0;

  /** `folder`: for the one file; made where it is not there. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keeps a file until `close`. */
  async add(chunks: readonly Buffer[], size: number): Promise<WholeFile> {
    if (size <= this.#spare) {
      this.#spare -= size;
      // the chunks may be parts of something larger
      const bytes = Buffer.concat(chunks);
      return { read: () => Promise.resolve(bytes) };
    }
    const position = this.#end;
    this.#end += size;
    const file = await (this.#file ??= this.#open());
    await writeAt(file, chunks, position);
    return { read: () => readAt(file, position, size) };
  }

  async #open(): Promise<FileHandle> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    return await open(join(this.#folder, `small-${randomBytes(8).toString("hex")}`), "wx+", 0o600);
  }

  async close(): Promise<void> {
    const file = await this.#file?.catch(() => undefined);
    await file?.close();
    this.#file = undefined;
  }
}

/** As far as the file goes. */
async function readAt(file: FileHandle, position: number, size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(size);
  let read = 0;
  while (read < size) {
    const { bytesRead } = await file.read(bytes, read, size - read, position + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return bytes.subarray(0, read);
}
