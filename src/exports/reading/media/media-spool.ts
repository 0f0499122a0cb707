import { createHash, randomBytes, type Hash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/** A file as it lies in the spool. */
export interface SpooledFile {
  /** hexadecimal */
  sha256: string;
  /** where its bytes lie: the same for all files with the same bytes */
  file: string;
  /** bytes */
  size: number;
}

/** Up to so many bytes are held in memory, hashed and written in one go; what is larger is streamed. */
const IN_ONE_GO = 1024 * 1024;

/** Files in a folder, each under the SHA-256 of its bytes, and once. */
export class MediaSpool {
  readonly #folder: string;
  readonly #signal: AbortSignal;
  readonly #bySha = new Map<string, string>();

  constructor(folder: string, signal: AbortSignal) {
    this.#folder = folder;
    this.#signal = signal;
  }

  /** Takes a file to its end. @throws what its stream throws; the signal's reason */
  async take(body: AsyncIterable<Buffer>): Promise<SpooledFile> {
    const chunks = measured(body[Symbol.asyncIterator]());
    const begin: Buffer[] = [];
    while (chunks.size <= IN_ONE_GO) {
      const next = await chunks.next();
      if (next.done === true) return await this.#write(begin, chunks);
      begin.push(next.value);
    }
    return await this.#stream(begin, chunks);
  }

  /** The chunks are written as they are: to join them first would cost as much memory again. */
  async #write(chunks: readonly Buffer[], { sum, size }: Measured): Promise<SpooledFile> {
    this.#signal.throwIfAborted();
    const sha256 = sum.digest("hex");
    const known = this.#bySha.get(sha256);
    const file = known ?? join(this.#folder, sha256);
    this.#bySha.set(sha256, file);
    if (known === undefined) await writeFile(file, chunks, { mode: 0o600 });
    return { sha256, file, size };
  }

  async #stream(begin: readonly Buffer[], rest: Measured): Promise<SpooledFile> {
    const unnamed = join(this.#folder, `download-${randomBytes(8).toString("hex")}`);
    try {
      await pipeline(joined(begin, rest), createWriteStream(unnamed, { mode: 0o600 }), { signal: this.#signal });
    } catch (error) {
      // where nothing was written yet, nobody has begun to read it
      await rest.return();
      throw error;
    }
    const sha256 = rest.sum.digest("hex");
    return { sha256, file: await this.#keepOnce(unnamed, sha256), size: rest.size };
  }

  async #keepOnce(unnamed: string, sha256: string): Promise<string> {
    const known = this.#bySha.get(sha256);
    if (known !== undefined) {
      await rm(unnamed);
      return known;
    }
    const file = join(this.#folder, sha256);
    this.#bySha.set(sha256, file);
    await rename(unnamed, file);
    return file;
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
}

function measured(chunks: AsyncIterator<Buffer>): Measured {
  const sum = createHash("sha256");
  let size = 0;
  return {
    sum,
    get size() {
      return size;
    },
    async next() {
      const next = await chunks.next();
      if (next.done === true) return { done: true, value: undefined };
      sum.update(next.value);
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
