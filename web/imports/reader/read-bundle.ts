import { BlobReader, configure, ZipReader, type FileEntry } from "@zip.js/zip.js";
import { BundleError } from "../../../src/bundle/faults.ts";
import { collectionLayout, INDEX_NAME } from "../../../src/collections/collection-layout.ts";
import { JsonSplitter } from "../../../src/bundle/manifest/json-splitter.ts";
import type { BundleLook } from "./bundle-look.ts";
import { ManifestCensus } from "./manifest-census.ts";
import { asBuffer } from "./node-buffer.ts";

// the content security policy knows no workers, and the browser unpacks by itself
configure({ useWebWorkers: false });

/** The file is a collection: the bundles of several rooms. */
class CollectionFound extends Error {
  readonly code = "collection";
}

/** What the comment of a signed archive says that it is. */
const SIGNATURE_TYPE = "io.roomporter.signature";

/**
 * Reads what a bundle is from the file itself: its directory and its manifest, which goes by in pieces, whatever its size. Hashes and
 * the signature are for the service to check.
 * @param onProgress told of the part that is read, 0 to 1
 * @throws BundleError, CollectionFound
 */
export async function readBundle(file: Blob, onProgress: (part: number) => void): Promise<BundleLook> {
  const zip = new ZipReader(new BlobReader(file));
  try {
    const manifest = await findManifest(zip);
    const census = new ManifestCensus();
    const splitter = new JsonSplitter(census);
    const sink = new WritableStream<Uint8Array<ArrayBuffer>>({
      write(chunk) {
        splitter.write(asBuffer(chunk));
        const { total } = census;
        if (total !== undefined && total > 0) onProgress(Math.min(1, census.done / total));
      },
    });
    await manifest.getData(sink);
    splitter.end();
    return census.result(isSigned(zip.comment));
  } catch (error) {
    throw faultOf(error);
  } finally {
    await zip.close();
  }
}

async function findManifest(zip: ZipReader<Blob>): Promise<FileEntry> {
  let found: FileEntry | undefined;
  const names = new Set<string>();
  // to its end: the comment stands behind the entries
  for await (const entry of zip.getEntriesGenerator()) {
    names.add(entry.filename);
    if (!entry.directory && entry.filename === "manifest.json") found ??= entry;
  }
  if (found !== undefined) return found;
  const isCollection = names.has(INDEX_NAME) && names.values().every((name) => collectionLayout(name) !== undefined);
  throw isCollection ? new CollectionFound() : new BundleError("manifest_missing");
}

function isSigned(comment: Uint8Array): boolean {
  return new TextDecoder().decode(comment).includes(SIGNATURE_TYPE);
}

/** zip.js throws plain errors about the archive. */
function faultOf(error: unknown): Error {
  return error instanceof BundleError || error instanceof CollectionFound ? error : new BundleError("zip_unreadable");
}
