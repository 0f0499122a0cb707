import { randomBytes } from "node:crypto";
import { open, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { writeAt } from "../bundle/archive/write-at.ts";
import type { Scratch } from "./exported-bundle.ts";

const FLUSH_AT = 1024 * 1024;

/**
 * A file without a name, for plain text on its way into a bundle: it is gone with the process, however that ends. (Where an open file
 * cannot be removed, on Windows, it goes when it is closed.)
 */
export class ScratchFile implements Scratch {
  readonly #handle: FileHandle;
  /** to be removed when it is closed; undefined: it is already */
  readonly #path: string | undefined;
  #parts: Buffer[] = [];
  #held = 0;
  #written = 0;

  private constructor(handle: FileHandle, path: string | undefined) {
    this.#handle = handle;
    this.#path = path;
  }

  static async create(folder: string): Promise<ScratchFile> {
    const path = join(folder, `.roomporter.${randomBytes(6).toString("hex")}`);
    const handle = await open(path, "wx+", 0o600);
    const isGone = await rm(path).then(
      () => true,
      () => false,
    );
    return new ScratchFile(handle, isGone ? undefined : path);
  }

  /** Bytes so far. */
  get size(): number {
    return this.#written + this.#held;
  }

  async append(bytes: Buffer): Promise<void> {
    this.#parts.push(bytes);
    this.#held += bytes.length;
    if (this.#held >= FLUSH_AT) await this.#flush();
  }

  /** Takes back what was written from there on. @param size in bytes */
  async cutTo(size: number): Promise<void> {
    await this.#flush();
    await this.#handle.truncate(size);
    this.#written = size;
  }

  /** The bytes from `start` on, before `end`. Can be asked again. */
  async read(start = 0, end = this.size): Promise<AsyncIterable<Buffer>> {
    await this.#flush();
    return this.#bytes(start, end);
  }

  async close(): Promise<void> {
    await this.#handle.close();
    if (this.#path !== undefined) await rm(this.#path, { force: true });
  }

  /** Not a file stream: each leaves its listeners on the file. */
  async *#bytes(start: number, end: number): AsyncGenerator<Buffer, void, undefined> {
    for (let at = start; at < end;) {
      const { buffer, bytesRead } = await this.#handle.read(
        Buffer.allocUnsafe(Math.min(FLUSH_AT, end - at)),
        0,
        null,
        at,
      );
      if (bytesRead === 0) throw new Error("a temporary file is shorter than what was written into it");
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  async #flush(): Promise<void> {
    if (this.#held === 0) return;
    const [parts, length] = [this.#parts, this.#held];
    this.#parts = [];
    this.#held = 0;
    await writeAt(this.#handle, parts, this.#written);
    this.#written += length;
  }
}
