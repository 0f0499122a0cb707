import { pipeline, Readable } from "node:stream";
import { createDeflateRaw, deflateRawSync } from "node:zlib";

export { crc32 } from "node:zlib";

const CHUNK = 256 * 1024;
const LEVEL = 6;
/** Up to so many bytes are packed at once: to hand them to another thread and back takes longer. */
const AT_ONCE = 64 * 1024;

/** The bytes, packed by Deflate (RFC 1951). On the web page web/decrypt/browser/deflate.ts takes the place of this file. */
export async function* deflated(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  const chunks = bytes[Symbol.asyncIterator]();
  const begin: Buffer[] = [];
  for (let size = 0; size <= AT_ONCE;) {
    const next = await chunks.next();
    if (next.done === true) {
      yield deflateRawSync(Buffer.concat(begin), { level: LEVEL });
      return;
    }
    begin.push(next.value);
    size += next.value.length;
  }
  yield* streamed(joined(begin, chunks));
}

async function* joined(begin: readonly Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  yield* begin;
  yield* { [Symbol.asyncIterator]: () => rest };
}

function streamed(bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const deflate = createDeflateRaw({ level: LEVEL, chunkSize: CHUNK });
  // whoever reads gets its errors
  pipeline(Readable.from(bytes, { objectMode: false }), deflate, () => undefined);
  return deflate as AsyncIterable<Buffer>;
}
