import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { Archive } from "../bundle/archive/archive.ts";
import type { ArchiveEntry } from "../bundle/archive/archive-directory.ts";
import { BundleError } from "../bundle/faults.ts";
import { CollectionError } from "./collection-faults.ts";
import { MAX_INDEX_BYTES, parseIndex } from "./collection-files.ts";
import { collectionLayout, INDEX_NAME } from "./collection-layout.ts";
import type { CollectedRoom, CollectionIndex } from "./collection-index.ts";

/** A collection, open for reading. Its bundles are files within the file: what needs one takes a copy of it. */
export interface OpenCollection {
  readonly archive: Archive;
  readonly index: CollectionIndex;
  /** of `index.json`, hexadecimal */
  readonly indexSha256: string;
  /**
   * The bytes of the bundle of a room.
   * @throws CollectionError bundle_missing
   * @throws BundleError where the archive is damaged there
   */
  read(room: CollectedRoom): AsyncGenerator<Buffer, void, undefined>;
  /** Writes the bundle of a room into a new file. @throws as `read` does */
  extract(room: CollectedRoom, path: string): Promise<void>;
  close(): Promise<void>;
}

/** Is this file a collection, sound or not, rather than a bundle? @throws where it cannot be read from disk */
export async function isCollection(file: string): Promise<boolean> {
  const archive = await Archive.open(file, collectionLayout).catch((error: unknown) => {
    if (error instanceof BundleError) return undefined;
    throw error;
  });
  await archive?.close();
  return archive?.directory.entries.has(INDEX_NAME) ?? false;
}

/**
 * Opens a collection and reads its index. Entries of other names are faults of `archive.directory`.
 * @throws CollectionError index_missing, index_too_large, index_syntax, index_shape
 * @throws BundleError where the archive is faulty
 */
export async function openCollection(file: string): Promise<OpenCollection> {
  const archive = await Archive.open(file, collectionLayout);
  try {
    const { entries } = archive.directory;
    const bytes = await indexBytes(archive, entries.get(INDEX_NAME));
    const read: OpenCollection["read"] = ({ file: name }) => {
      const entry = entries.get(name);
      if (!entry) throw new CollectionError("bundle_missing", name);
      return archive.read(entry);
    };
    return {
      archive,
      index: parseIndex(bytes),
      indexSha256: createHash("sha256").update(bytes).digest("hex"),
      read,
      extract: async (room, path) => pipeline(read(room), createWriteStream(path, { flags: "wx", mode: 0o600 })),
      close: () => archive.close(),
    };
  } catch (error) {
    await archive.close();
    throw error;
  }
}

async function indexBytes(archive: Archive, entry: ArchiveEntry | undefined): Promise<Buffer> {
  if (!entry) throw new CollectionError("index_missing");
  if (entry.size > MAX_INDEX_BYTES) throw new CollectionError("index_too_large", INDEX_NAME);
  const chunks: Buffer[] = [];
  for await (const chunk of archive.read(entry)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
