import { BundleError } from "../bundle/faults.ts";
import { openArchive } from "../bundle/open-bundle.ts";
import { isSignatureOf } from "../bundle/public-keys.ts";
import { readSignature, type BundleSignature } from "../bundle/signature.ts";
import { verifyBundle, type Progress, type Verification } from "../bundle/verify/verify.ts";
import { INDEX_NAME } from "./collection-layout.ts";
import { CollectionError, collectionFault, type CollectionFault } from "./collection-faults.ts";
import type { CollectedRoom, CollectionIndex } from "./collection-index.ts";
import { openCollection, type OpenCollection } from "./open-collection.ts";
import { withExtracted } from "./with-extracted.ts";

const MOST_FAULTS = 100;

export interface CollectionVerification {
  ok: boolean;
  /** the first hundred; those of bundles stand with their room */
  faults: CollectionFault[];
  fault_count: number;
  /** of `index.json`, hexadecimal; null where it cannot be read */
  index_sha256: string | null;
  /** the right one for this index, by a key that may be anybody's; null where there is none */
  signature: Pick<BundleSignature, "key_id" | "public_key"> | null;
  /** as the index lists them */
  rooms: VerifiedRoom[];
}

export interface VerifiedRoom extends Verification {
  /** in the archive */
  file: string;
  room_id: string;
}

/**
 * Checks a collection whole: the archive, the index, and every bundle as `verifyBundle` does. One bundle at a time lies on the disk
 * of temporary files. Rejects only where a file cannot be read or written.
 */
export async function verifyCollection(
  file: string,
  options: { onProgress?: Progress } = {},
): Promise<CollectionVerification> {
  const faults: CollectionFault[] = [];
  const found: CollectionVerification = {
    ok: false,
    ...{ faults: [], fault_count: 0, index_sha256: null, signature: null, rooms: [] },
  };
  let collection: OpenCollection | undefined;
  try {
    collection = await openCollection(file);
    const { archive, index, indexSha256 } = collection;
    found.index_sha256 = indexSha256;
    faults.push(...archive.directory.faults, ...indexFaults(index, archive.directory.entries));
    found.signature = signatureOf(collection, faults);
    for (const [done, room] of index.rooms.entries()) {
      options.onProgress?.(done, index.rooms.length);
      if (archive.directory.entries.has(room.file)) found.rooms.push(await verifyRoom(collection, room, faults));
    }
    options.onProgress?.(index.rooms.length, index.rooms.length);
    const contradiction = await archive.contradiction();
    if (contradiction && archive.directory.faults.length === 0) throw new BundleError(contradiction);
  } catch (error) {
    if (!(error instanceof BundleError || error instanceof CollectionError)) throw error;
    faults.push(error.fault);
  } finally {
    await collection?.close();
  }
  return { ...found, ok: faults.length === 0, faults: faults.slice(0, MOST_FAULTS), fault_count: faults.length };
}

function indexFaults(index: CollectionIndex, entries: ReadonlyMap<string, unknown>): CollectionFault[] {
  const { rooms, refused, failed, left_out: leftOut, counts } = index;
  const files = new Set(rooms.map((room) => room.file));
  const ids = new Set(rooms.map((room) => room.room_id));
  const found = rooms
    .filter(({ file }) => !entries.has(file))
    .map(({ file }) => collectionFault("bundle_missing", file));
  if (files.size < rooms.length || ids.size < rooms.length) found.push(collectionFault("bundle_duplicate", "/rooms"));
  for (const name of entries.keys())
    if (name !== INDEX_NAME && !files.has(name)) found.push(collectionFault("bundle_unlisted", name));
  const right =
    counts.exported === rooms.length &&
    counts.refused === refused.length &&
    counts.failed === failed.length &&
    counts.left_out === leftOut?.length;
  if (!right) found.push(collectionFault("counts_mismatch", "/counts"));
  return found;
}

function signatureOf(
  { archive, indexSha256 }: OpenCollection,
  faults: CollectionFault[],
): CollectionVerification["signature"] {
  try {
    const signature = readSignature(archive.comment);
    if (!signature) return null;
    const { key_id, public_key } = signature;
    if (isSignatureOf(signature, "collection index.json", indexSha256)) return { key_id, public_key };
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
  }
  faults.push(collectionFault("signature_invalid"));
  return null;
}

async function verifyRoom(
  collection: OpenCollection,
  room: CollectedRoom,
  faults: CollectionFault[],
): Promise<VerifiedRoom> {
  return await withExtracted(collection, room, async (path) => {
    const verified = await verifyBundle(path);
    const { sha256, size, manifest_sha256, events, media_files } = verified;
    if (sha256 !== room.sha256 || size !== room.size) faults.push(collectionFault("bundle_changed", room.file));
    if (!verified.ok) faults.push(collectionFault("bundle_unsound", room.file));
    else {
      const bundle = await openArchive(path, { keepsState: () => false });
      await bundle.close();
      const { source, coverage, room: about } = bundle.head;
      const agrees =
        source.room_id === room.room_id &&
        about.name === room.name &&
        coverage.complete === room.complete &&
        manifest_sha256 === room.manifest_sha256 &&
        events === room.events &&
        media_files === room.media_files;
      if (!agrees) faults.push(collectionFault("bundle_inconsistent", room.file));
    }
    return { file: room.file, room_id: room.room_id, ...verified };
  });
}
