import { pipeline, Readable } from "node:stream";
import { createDeflateRaw } from "node:zlib";

export { crc32 } from "node:zlib";

const CHUNK = 256 * 1024;
const LEVEL = 6;

/** The bytes, packed by Deflate (RFC 1951). On the web page web/decrypt/browser/deflate.ts takes the place of this file. */
export function deflated(bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const deflate = createDeflateRaw({ level: LEVEL, chunkSize: CHUNK });
  // whoever reads gets its errors
  pipeline(Readable.from(bytes, { objectMode: false }), deflate, () => undefined);
  return deflate as AsyncIterable<Buffer>;
}
