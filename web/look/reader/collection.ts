import { CollectionError } from "../../../src/collections/collection-faults.ts";
import { MAX_INDEX_BYTES, parseIndex } from "../../../src/collections/collection-files.ts";
import { collectionLayout, INDEX_NAME } from "../../../src/collections/collection-layout.ts";
import type { CollectionIndex } from "../../../src/collections/collection-index.ts";
import { bundleLayout } from "../../../src/bundle/archive/bundle-layout.ts";
import { BlobArchive } from "./archive.ts";
import type { CollectionLook } from "./shapes.ts";

/** A collection of rooms, open for reading. */
export class BlobCollection {
  readonly #archive: BlobArchive;
  readonly #index: CollectionIndex;

  private constructor(archive: BlobArchive, index: CollectionIndex) {
    this.#archive = archive;
    this.#index = index;
  }

  /** Gives undefined where the file is none, but maybe a bundle. @throws BundleError, CollectionError */
  static async open(file: Blob): Promise<BlobCollection | undefined> {
    const either = await BlobArchive.open(file, (name) => collectionLayout(name) ?? bundleLayout(name));
    if (!either.entries.has(INDEX_NAME)) return undefined;
    const archive = await BlobArchive.open(file, collectionLayout);
    const entry = archive.entries.get(INDEX_NAME);
    if (!entry) throw new CollectionError("index_missing");
    if (entry.size > MAX_INDEX_BYTES) throw new CollectionError("index_too_large", INDEX_NAME);
    const chunks: Buffer[] = [];
    for await (const chunk of archive.read(entry)) chunks.push(chunk);
    return new BlobCollection(archive, parseIndex(Buffer.concat(chunks)));
  }

  get look(): CollectionLook {
    const { server_name: serverName, exported_at: exportedAt, rooms, refused, failed, counts } = this.#index;
    return {
      serverName,
      exportedAt,
      rooms: rooms.map(({ name, room_id: roomId, events, media_files: mediaFiles, complete }) => ({
        ...{ name, roomId, events, mediaFiles, complete },
      })),
      missing: refused.length + failed.length + counts.incognito,
    };
  }

  /** The bundle of a room. @param number its place in the index @throws BundleError, CollectionError */
  async bundle(number: number): Promise<Blob> {
    const name = this.#index.rooms[number]?.file ?? "";
    const entry = this.#archive.entries.get(name);
    if (!entry) throw new CollectionError("bundle_missing", name);
    return await this.#archive.blobOf(entry, "application/zip");
  }
}
