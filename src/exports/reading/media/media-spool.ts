import { createHash, hash, randomBytes } from "node:crypto";
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
    const chunks = body[Symbol.asyncIterator]();
    const begin: Buffer[] = [];
    let size = 0;
    while (size <= IN_ONE_GO) {
      const next = await chunks.next();
      if (next.done === true) return await this.#write(Buffer.concat(begin));
      begin.push(next.value);
      size += next.value.length;
    }
    return await this.#stream(begin, chunks);
  }

  async #write(bytes: Buffer): Promise<SpooledFile> {
    this.#signal.throwIfAborted();
    const sha256 = hash("sha256", bytes, "hex");
    const known = this.#bySha.get(sha256);
    const file = known ?? join(this.#folder, sha256);
    this.#bySha.set(sha256, file);
    if (known === undefined) await writeFile(file, bytes, { mode: 0o600 });
    return { sha256, file, size: bytes.length };
  }

  async #stream(begin: readonly Buffer[], rest: AsyncIterator<Buffer>): Promise<SpooledFile> {
    const unnamed = join(this.#folder, `download-${randomBytes(8).toString("hex")}`);
    const sum = createHash("sha256");
    let size = 0;
    const measured = async function* (): AsyncGenerator<Buffer, void, undefined> {
      for await (const chunk of joined(begin, rest)) {
        sum.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    };
    await pipeline(measured, createWriteStream(unnamed, { mode: 0o600 }), { signal: this.#signal });
    const sha256 = sum.digest("hex");
    return { sha256, file: await this.#keepOnce(unnamed, sha256), size };
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

async function* joined(begin: readonly Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  yield* begin;
  yield* { [Symbol.asyncIterator]: () => rest };
}
