import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ZipWriter, type NewEntry } from "../bundle/archive/zip-writer.ts";
import { signatureComment, type BundleSigner } from "../bundle/signature.ts";
import type { CollectionIndex } from "./collection-index.ts";
import { INDEX_NAME } from "./collection-layout.ts";

const CHUNK = 256 * 1024;

export interface Collection {
  index: CollectionIndex;
  /** where the bundles that the index lists lie, in the same order */
  files: readonly { path: string; size: number }[];
  date: Date;
  /** undefined: the collection is not signed */
  signer?: BundleSigner | undefined;
}

/** Writes one ZIP of bundles with its index and ends `out`, holding no more than some chunks of it. Bundles are stored as they are. */
export async function writeCollection(out: Writable, collection: Collection, signal?: AbortSignal): Promise<void> {
  const { index, date, signer } = collection;
  const text = Buffer.from(`${JSON.stringify(index, null, 1)}\n`);
  const sha256 = createHash("sha256").update(text).digest("hex");
  const comment = signer && ((): Buffer => signatureComment(signer, "collection index.json", sha256));
  const bytes = new ZipWriter().write(entriesOf(text, collection), date, comment);
  try {
    await pipeline(bytes, out, signal ? { signal } : {});
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  }
}

async function* entriesOf(text: Buffer, { index, files }: Collection): AsyncGenerator<NewEntry, void, undefined> {
  yield { name: INDEX_NAME, open: () => once(text), deflate: true };
  for (const [at, { path, size }] of files.entries()) {
    const name = index.rooms[at]?.file;
    if (name === undefined) throw new Error("a bundle is not in the index");
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
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer, void, undefined> {
  yield bytes;
}
