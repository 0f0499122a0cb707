import { createHash } from "node:crypto";
import type { ManifestHead } from "../manifest/manifest.ts";
import { beyondBounds } from "../manifest/beyond-bounds.ts";
import { manifestBytes } from "../manifest/manifest-lines.ts";
import { MAX_UNPACKED_BYTES, MAX_UNPACKED_RATIO } from "../limits.ts";
import { signatureComment, type BundleSigner } from "../signature.ts";
import { MANIFEST_NAME, VIEWER_NAME } from "./bundle-layout.ts";
import { ZipWriter, type NewEntry } from "./zip-writer.ts";

/** A file of a bundle. */
export interface BundleFile {
  /** hexadecimal */
  sha256: string;
  open: NewEntry["open"];
  /** a safe file name (`safeFileName`) */
  name: string;
  mimetype: string;
  /** bytes */
  size: number;
  /** of its bytes, where it is known: a file that is stored is then read once */
  crc32?: number | undefined;
}

/** What a bundle is made of. */
export interface BundleParts {
  head: ManifestHead;
  /** newline-terminated lines, one event each (`eventLine`), in chunks of any size */
  events: AsyncIterable<Buffer>;
  /** the bytes of the manifest, where they are not simply those of `head` and `events` */
  manifest?: AsyncIterable<Buffer>;
  media: readonly BundleFile[];
  /** opens `viewer.html`, if the head lists one */
  viewer?: NewEntry["open"] | undefined;
  /** undefined: the bundle is not signed */
  signer?: BundleSigner | undefined;
}

export interface WrittenBundle {
  /** of the archive, hexadecimal */
  sha256: string;
  /** of the archive, bytes */
  size: number;
  /** of `manifest.json`, hexadecimal */
  manifestSha256: string;
}

/** Media types whose bytes are still worth compressing: text in one dress or another, and plain samples. */
const COMPRESSIBLE =
  /^(?:text\/.*|.*\+(?:json|xml|yaml)|application\/(?:json|xml|yaml|javascript|x-ndjson|rtf|sql)|image\/(?:bmp|x-ms-bmp|tiff)|audio\/(?:x-)?wav)(?:$|[;\s])/i;

/**
 * The bytes of a bundle's archive, never holding more than some chunks of it, and what is known of it once all of them were given. The
 * same parts give the same bytes. Files that are stored are read twice, but for those whose CRC-32 is known.
 * @throws RangeError where it would be beyond the bounds of the format
 */
export function bundleBytes(parts: BundleParts): { bytes: AsyncIterable<Buffer>; written: () => WrittenBundle } {
  const tooMuch = beyondBounds(parts.head);
  if (tooMuch !== undefined) throw new RangeError(`there are more ${tooMuch} than fit into one bundle`);
  const hash = createHash("sha256");
  const manifest = { sha256: "" };
  const zip = new ZipWriter();
  const { head, signer } = parts;
  const comment = signer && ((): Buffer => signatureComment(signer, "bundle manifest.json", manifest.sha256));
  const entries = entriesOf(parts, zip, manifest);
  let size = 0;
  const measured = async function* (): AsyncGenerator<Buffer, void, undefined> {
    for await (const chunk of zip.write(entries, new Date(head.exported_at), comment)) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  };
  return {
    bytes: measured(),
    written: () => ({ sha256: hash.digest("hex"), size, manifestSha256: manifest.sha256 }),
  };
}

/** The entries in their order. Each is asked for when the one before it is written, so that what is packed so far is known. */
async function* entriesOf(
  { head, events, manifest: bytes, media, viewer }: BundleParts,
  zip: ZipWriter,
  manifest: { sha256: string },
): AsyncGenerator<NewEntry, void, undefined> {
  let unpacked = 0;
  // readers refuse what unpacks to too much
  const isBelieved = (more: number): boolean =>
    (unpacked += more) <= MAX_UNPACKED_BYTES + MAX_UNPACKED_RATIO * zip.written;
  const hash = createHash("sha256");
  const passing = async function* (): AsyncGenerator<Buffer, void, undefined> {
    for await (const chunk of bytes ?? manifestBytes(head, events)) {
      hash.update(chunk);
      unpacked += chunk.length;
      yield chunk;
    }
  };
  yield { name: MANIFEST_NAME, open: passing, deflate: true };
  manifest.sha256 = hash.digest("hex");
  if (!isBelieved(0)) throw new Error("the manifest packs better than any reader would believe");
  if (viewer !== undefined)
    yield {
      name: VIEWER_NAME,
      open: viewer,
      deflate: isBelieved(head.viewer?.size ?? 0),
    };
  for (const file of [...media].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1))) {
    const { sha256, open, name, mimetype, size, crc32 } = file;
    const deflate = isBelieved(size) && COMPRESSIBLE.test(mimetype);
    const sums = crc32 === undefined ? undefined : { crc32, size };
    yield { name: `media/${sha256}/${name}`, open: ofSize(open, size), deflate, sums };
  }
}

function ofSize(open: NewEntry["open"], size: number): NewEntry["open"] {
  return async function* () {
    let bytes = 0;
    for await (const chunk of await open()) {
      bytes += chunk.length;
      yield chunk;
    }
    if (bytes !== size) throw new Error("a media file is not as long as it was when it was fetched");
  };
}
