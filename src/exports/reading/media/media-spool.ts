import { createHash, hash, randomBytes, type Hash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { crc32 } from "node:zlib";
import type { WholeFile } from "../../../bundle/write-bundle.ts";
import { SmallFiles } from "./small-files.ts";

/** A file as it lies in the spool. */
export interface SpooledFile {
  /** hexadecimal */
  sha256: string;
  /** where its bytes lie, or what reads them: the same for all files with the same bytes */
  file: string | WholeFile;
  /** bytes */
  size: number;
  /** undefined: it was taken by an earlier run */
  crc32?: number | undefined;
}

/** Up to so many bytes are held in memory, hashed and written in one go; what is larger is streamed. */
const IN_ONE_GO = 1024 * 1024;

/** Files, once each: the large ones in a folder, each under the SHA-256 of its bytes. */
export class MediaSpool {
  readonly #folder: string;
  readonly #signal: AbortSignal;
  readonly #small: SmallFiles | undefined;
  readonly #bySha = new Map<string, Promise<SpooledFile["file"]>>();
  #folderMade: Promise<unknown> | undefined;

  /**
   * `folder` is made where it is not there.
   * @param together do small files share one file? Or does each lie in the folder, for a later process to find
   */
  constructor(folder: string, signal: AbortSignal, together: boolean) {
    this.#folder = folder;
    this.#signal = signal;
    this.#small = together ? new SmallFiles(folder) : undefined;
  }

  /** Takes a file to its end. @throws what its stream throws; the signal's reason */
  async take(body: AsyncIterable<Buffer>): Promise<SpooledFile> {
    const chunks = measured(body[Symbol.asyncIterator]());
    const begin: Buffer[] = [];
    while (chunks.size <= IN_ONE_GO) {
      const next = await chunks.next();
      if (next.done === true) return await this.#write(begin, { ...chunks.sums(), sha256: chunks.sum.digest("hex") });
      begin.push(next.value);
    }
    return await this.#stream(begin, chunks);
  }

  /** Takes a file that has come in one piece. @throws the signal's reason */
  async takeWhole(bytes: Buffer): Promise<SpooledFile> {
    return await this.#write([bytes], { size: bytes.length, crc32: crc32(bytes), sha256: hash("sha256", bytes) });
  }

  /** Gives the small files back where they share one. */
  async close(): Promise<void> {
    await this.#small?.close();
  }

  /** The chunks are written as they are: to join them first would cost as much memory again. */
  async #write(chunks: readonly Buffer[], sums: Omit<SpooledFile, "file">): Promise<SpooledFile> {
    this.#signal.throwIfAborted();
    const { sha256, size } = sums;
    let file = this.#bySha.get(sha256);
    if (!file) {
      file = this.#small?.add(chunks, size) ?? this.#writeAlone(sha256, chunks);
      this.#bySha.set(sha256, file);
    }
    return { ...sums, file: await file };
  }

  async #writeAlone(sha256: string, chunks: readonly Buffer[]): Promise<string> {
    await this.#makeFolder();
    const file = join(this.#folder, sha256);
    await writeFile(file, chunks, { mode: 0o600 });
    return file;
  }

  async #makeFolder(): Promise<void> {
    await (this.#folderMade ??= mkdir(this.#folder, { recursive: true, mode: 0o700 }));
  }

  async #stream(begin: readonly Buffer[], rest: Measured): Promise<SpooledFile> {
    const unnamed = join(this.#folder, `download-${randomBytes(8).toString("hex")}`);
    try {
      await this.#makeFolder();
      await pipeline(joined(begin, rest), createWriteStream(unnamed, { mode: 0o600 }), { signal: this.#signal });
    } catch (error) {
      // where nothing was written yet, nobody has begun to read it
      await rest.return();
      throw error;
    }
    const sha256 = rest.sum.digest("hex");
    return { ...rest.sums(), sha256, file: await this.#keepOnce(unnamed, sha256) };
  }

  async #keepOnce(unnamed: string, sha256: string): Promise<SpooledFile["file"]> {
    const known = this.#bySha.get(sha256);
    if (known !== undefined) {
      await rm(unnamed);
      return await known;
    }
    const file = join(this.#folder, sha256);
    const kept = rename(unnamed, file).then(() => file);
    this.#bySha.set(sha256, kept);
    return await kept;
  }
}

/** Chunks, and what is known of those that were taken. */
interface Measured extends AsyncIterator<Buffer, void> {
  /** Lets their source end. */
  return(): Promise<IteratorResult<Buffer, void>>;
  /** SHA-256 */
  readonly sum: Hash;
  /** bytes */
  readonly size: number;
  sums(): { size: number; crc32: number };
}

function measured(chunks: AsyncIterator<Buffer>): Measured {
  const sum = createHash("sha256");
  let size = 0;
  let crc = 0;
  return {
    sum,
    get size() {
      return size;
    },
    sums: () => ({ size, crc32: crc }),
    async next() {
      const next = await chunks.next();
      if (next.done === true) return { done: true, value: undefined };
      sum.update(next.value);
      crc = crc32(next.value, crc);
      size += next.value.length;
      return next;
    },
    async return() {
      await chunks.return?.();
      return { done: true, value: undefined };
    },
  };
}

async function* joined(begin: readonly Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  yield* begin;
  yield* { [Symbol.asyncIterator]: () => rest };
}
