import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { MANIFEST_NAME, VIEWER_NAME } from "./archive/bundle-layout.ts";
import { ZipWriter, type NewEntry } from "./archive/zip-writer.ts";
import { beyondBounds } from "./manifest/beyond-bounds.ts";
import { MAX_UNPACKED_BYTES, MAX_UNPACKED_RATIO } from "./limits.ts";
import { manifestBytes } from "./manifest/manifest-lines.ts";
import type { ManifestHead } from "./manifest/manifest.ts";
import { signatureComment, type BundleSigner } from "./signature.ts";

/** A file that goes into the bundle. */
export interface MediaFile {
  /** hexadecimal */
  sha256: string;
  /** where its bytes lie, or what opens them */
  file: string | (() => Promise<Readable>);
  /** a safe file name (`safeFileName`) */
  name: string;
  mimetype: string;
  /** bytes */
  size: number;
}

export interface BundleContent {
  head: ManifestHead;
  /** newline-terminated lines, one event each (`eventLine`), in chunks of any size */
  events: AsyncIterable<Buffer>;
  /** the bytes of the manifest, where they are not simply those of `head` and `events` */
  manifest?: AsyncIterable<Buffer>;
  media: readonly MediaFile[];
  /** where the bytes of `viewer.html` lie, or what opens them, if the head lists one */
  viewerFile?: MediaFile["file"] | undefined;
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
const CHUNK = 256 * 1024;
/** Up to so many bytes a file is held whole. */
const IN_ONE_GO = 1024 * 1024;

/**
 * Writes a bundle and ends `out`, never holding more than some chunks of it. The same content gives the same bytes. Files that
 * are stored are read twice. Rejects where it would be beyond the bounds of the format, where a source or `out` fails, where a file
 * is not as long as it should be or changes, or with the signal's reason; `out` is then destroyed.
 */
export async function writeBundle(out: Writable, content: BundleContent, signal?: AbortSignal): Promise<WrittenBundle> {
  const tooMuch = beyondBounds(content.head);
  if (tooMuch !== undefined) {
    out.destroy();
    throw new RangeError(`there are more ${tooMuch} than fit into one bundle`);
  }
  const hash = createHash("sha256");
  const manifest = { sha256: "" };
  let size = 0;
  const { head, signer } = content;
  const zip = new ZipWriter();
  const comment = signer && ((): Buffer => signatureComment(signer, "bundle manifest.json", manifest.sha256));
  const bytes = zip.write(entriesOf(content, zip, manifest), new Date(head.exported_at), comment);
  const measured = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  };
  try {
    await pipeline(bytes, measured, out, signal ? { signal } : {});
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  }
  return { sha256: hash.digest("hex"), size, manifestSha256: manifest.sha256 };
}

/** The entries in their order. Each is asked for when the one before it is written, so that what is packed so far is known. */
async function* entriesOf(
  { head, events, manifest: bytes, media, viewerFile }: BundleContent,
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
  if (viewerFile !== undefined)
    yield {
      name: VIEWER_NAME,
      open: () => opened(viewerFile),
      deflate: isBelieved(head.viewer?.size ?? 0),
    };
  for (const { sha256, file, name, mimetype, size } of [...media].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1))) {
    const open = typeof file === "string" && size <= IN_ONE_GO ? readOnce(file, size) : opener(file, size);
    const deflate = isBelieved(size) && COMPRESSIBLE.test(mimetype);
    yield { name: `media/${sha256}/${name}`, open, deflate };
  }
}

function opener(file: MediaFile["file"], size: number): NewEntry["open"] {
  return async () =>
    ofSize(size, typeof file === "string" ? createReadStream(file, { highWaterMark: CHUNK }) : await file());
}

/** A small file is read once, for its checksum and for its bytes. */
function readOnce(file: string, size: number): NewEntry["open"] {
  let bytes: Promise<Buffer> | undefined;
  return async () => ofSize(size, [await (bytes ??= readFile(file))]);
}

async function opened(file: MediaFile["file"]): Promise<Readable> {
  return typeof file === "string" ? createReadStream(file, { highWaterMark: CHUNK }) : await file();
}

async function* ofSize(
  size: number,
  chunks: AsyncIterable<Buffer> | Buffer[],
): AsyncGenerator<Buffer, void, undefined> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    yield chunk;
  }
  if (bytes !== size) throw new Error("a media file is not as long as it was when it was fetched");
}
