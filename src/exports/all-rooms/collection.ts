import { createReadStream } from "node:fs";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ZipWriter, type NewEntry } from "../../bundle/archive/zip-writer.ts";
import type { JsonObject } from "../../matrix/json.ts";

const CHUNK = 256 * 1024;

export interface Collection {
  /** becomes `index.json` */
  index: JsonObject;
  /** names in the archive, and where the files lie */
  files: readonly { name: string; path: string; size: number }[];
  date: Date;
}

/** Writes one ZIP of bundles with its index and ends `out`, holding no more than some chunks of it. Bundles are stored as they are. */
export async function writeCollection(out: Writable, collection: Collection, signal: AbortSignal): Promise<void> {
  const bytes = new ZipWriter().write(entriesOf(collection), collection.date);
  try {
    await pipeline(bytes, out, { signal });
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}

async function* entriesOf({ index, files }: Collection): AsyncGenerator<NewEntry, void, undefined> {
  const text = Buffer.from(`${JSON.stringify(index, null, 1)}\n`);
  yield { name: "index.json", open: () => once(text), deflate: true };
  for (const { name, path, size } of files)
    yield {
      name,
      deflate: false,
      open: async function* (): AsyncGenerator<Buffer, void, undefined> {
        const source = createReadStream(path, { highWaterMark: CHUNK });
        yield* source as AsyncIterable<Buffer>;
        if (source.bytesRead !== size) throw new Error("a bundle is not as long as it was when it was written");
      },
    };
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer, void, undefined> {
  yield bytes;
}
