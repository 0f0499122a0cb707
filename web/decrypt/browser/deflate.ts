import type * as node from "../../../src/bundle/archive/deflate.ts";
import { asBuffer } from "../../imports/reader/node-buffer.ts";
import { crc32 as checksum } from "../../look/reader/crc32.ts";

export const crc32: typeof node.crc32 = (bytes, before = 0) => {
  if (typeof bytes === "string") throw new TypeError("only bytes");
  return checksum(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), before);
};

/** The bytes, packed by the browser. */
export const deflated: typeof node.deflated = async function* (bytes) {
  const chunks = bytes[Symbol.asyncIterator]();
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const next = await chunks.next();
      if (next.done === true) controller.close();
      else controller.enqueue(new Uint8Array(next.value));
    },
    async cancel() {
      await chunks.return?.();
    },
  });
  const reader = source.pipeThrough(new CompressionStream("deflate-raw")).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield asBuffer(value);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
};
