import { pipeline, Readable } from "node:stream";
import { promisify } from "node:util";
import { constants, createDeflateRaw, deflateRaw, deflateRawSync } from "node:zlib";
import { packedOf } from "./packed.ts";

export { crc32 } from "node:zlib";

const CHUNK = 256 * 1024;
const LEVEL = 6;
/** Up to so many bytes are packed at once: to hand them to another thread and back takes longer. */
const AT_ONCE = 64 * 1024;
/** Ends with a whole byte and without a last block, so that more can follow, which knows nothing of what stands before it. */
const OPEN_END = { level: LEVEL, finishFlush: constants.Z_SYNC_FLUSH };

/** A chunk packed ahead, for `markPacked`. */
export async function packed(bytes: Buffer): Promise<Buffer> {
  return await promisify<Buffer, typeof OPEN_END, Buffer>(deflateRaw)(bytes, OPEN_END);
}

/**
 * The bytes, packed by Deflate (RFC 1951); chunks whose packed form is known go in as they are. On the web page
 * web/decrypt/browser/deflate.ts takes the place of this file.
 */
export async function* deflated(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  const chunks = new Stretches(bytes);
  try {
    for (;;) {
      const { begin, size } = await chunks.begin();
      if (size > AT_ONCE) yield* streamed(chunks.stretch(begin));
      const known = chunks.takePacked();
      const rest = size > AT_ONCE ? [] : begin;
      if (known === undefined) {
        yield deflateRawSync(Buffer.concat(rest), { level: LEVEL });
        return;
      }
      if (rest.length > 0) yield deflateRawSync(Buffer.concat(rest), OPEN_END);
      yield known;
    }
  } finally {
    await chunks.close();
  }
}

function streamed(bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const deflate = createDeflateRaw({ ...OPEN_END, chunkSize: CHUNK });
  // whoever reads gets its errors
  pipeline(Readable.from(bytes, { objectMode: false }), deflate, () => undefined);
  return deflate as AsyncIterable<Buffer>;
}

/** Chunks, in stretches that end before one whose packed form is known, or at the end. */
class Stretches {
  readonly #chunks: AsyncIterator<Buffer>;
  /** asked for, and not given yet */
  #next: IteratorResult<Buffer, unknown> | undefined;

  constructor(bytes: AsyncIterable<Buffer>) {
    this.#chunks = bytes[Symbol.asyncIterator]();
  }

  /** The next chunk of this stretch; undefined: it has ended. */
  async #take(): Promise<Buffer | undefined> {
    const next = (this.#next ??= await this.#chunks.next());
    if (next.done === true || packedOf(next.value)) return undefined;
    this.#next = undefined;
    return next.value;
  }

  /** The beginning of a stretch: all of it, or a little more than is packed at once. */
  async begin(): Promise<{ begin: Buffer[]; size: number }> {
    const begin: Buffer[] = [];
    let size = 0;
    while (size <= AT_ONCE) {
      const chunk = await this.#take();
      if (!chunk) break;
      begin.push(chunk);
      size += chunk.length;
    }
    return { begin, size };
  }

  /** A stretch that begins so, to its end. */
  async *stretch(begin: readonly Buffer[]): AsyncGenerator<Buffer, void, undefined> {
    yield* begin;
    for (let chunk = await this.#take(); chunk; chunk = await this.#take()) yield chunk;
  }

  /** The packed form of the chunk that has ended a stretch; undefined: it was the end. */
  takePacked(): Buffer | undefined {
    if (this.#next === undefined || this.#next.done === true) return undefined;
    const known = packedOf(this.#next.value);
    this.#next = undefined;
    return known;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
