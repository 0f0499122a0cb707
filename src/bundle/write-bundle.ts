import { createHash, type Hash } from "node:crypto";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ZipArchive, type ZipEntryData } from "archiver";
import { withComment } from "./archive/archive-comment.ts";
import { MANIFEST_NAME, VIEWER_NAME } from "./archive/archive-directory.ts";
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
  media: readonly MediaFile[];
  /** where the bytes of `viewer.html` lie, if the head lists one */
  viewerFile?: string | undefined;
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
/** From there on the archive's directory needs ZIP64 records. */
const ZIP64_ENTRIES = 0xffff;
const FILE_MODE = 0o644;
const CHUNK = 256 * 1024;
/**
 * Writes a bundle and ends `out`, never holding more than some chunks of it. The same content gives the same bytes.
 * Rejects where it would be beyond the bounds of the format, where a source or `out` fails, where a file is not as long as it should be, or with the signal's reason; `out` is then
 * destroyed.
 */
export async function writeBundle(out: Writable, content: BundleContent, signal?: AbortSignal): Promise<WrittenBundle> {
  const tooMuch = beyondBounds(content.head);
  if (tooMuch !== undefined) {
    out.destroy();
    throw new RangeError(`there are more ${tooMuch} than fit into one bundle`);
  }
  const archive = new ZipArchive({
    zlib: { level: 6 },
    forceZip64: content.media.length + 2 >= ZIP64_ENTRIES,
    highWaterMark: CHUNK,
  });
  archive.on("error", () => undefined); // the pipeline and the entries report it
  const hash = createHash("sha256");
  const manifestHash = createHash("sha256");
  let manifestSha256 = "";
  let size = 0;
  const { signer } = content;
  const measured = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
    const whole = signer ? withComment(chunks, () => signatureComment(signer, manifestSha256)) : chunks;
    for await (const chunk of whole) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  };
  const failed = new AbortController();
  const stop = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const written = pipeline(archive, measured, out, { signal: stop });
  try {
    const manifest = hashed(manifestBytes(content.head, content.events), manifestHash, (sha256) => {
      manifestSha256 = sha256;
    });
    await Promise.all([written, append(archive, manifest, content, failed, stop)]);
  } catch (error) {
    failed.abort(error);
    await written.catch(() => undefined);
    throw stop.reason;
  }
  return { sha256: hash.digest("hex"), size, manifestSha256 };
}

async function* hashed(
  chunks: AsyncIterable<Buffer>,
  hash: Hash,
  done: (sha256: string) => void,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
  done(hash.digest("hex"));
}

/** One entry after the other: the archiver would read several files at once, and finish them in any order. */
async function append(
  archive: ZipArchive,
  manifest: AsyncIterable<Buffer>,
  { head, media, viewerFile }: BundleContent,
  failed: AbortController,
  stop: AbortSignal,
): Promise<void> {
  const date = new Date(head.exported_at);
  const add = async (source: Readable, data: ZipEntryData): Promise<void> => {
    // the archiver does not look at errors of its sources
    source.on("error", (error) => failed.abort(error));
    const added = once(archive, "entry", { signal: stop });
    archive.append(source, { ...data, date, mode: FILE_MODE });
    try {
      await added;
    } finally {
      source.destroy();
    }
  };
  const unpacked = { bytes: 0 };
  await add(Readable.from(counting(manifest, unpacked), { objectMode: false }), { name: MANIFEST_NAME });
  // readers refuse what unpacks to too much
  const isBelieved = (more: number): boolean =>
    (unpacked.bytes += more) <= MAX_UNPACKED_BYTES + MAX_UNPACKED_RATIO * archive.pointer();
  if (!isBelieved(0)) throw new Error("the manifest packs better than any reader would believe");
  if (viewerFile !== undefined) {
    const store = !isBelieved(head.viewer?.size ?? 0);
    await add(createReadStream(viewerFile, { highWaterMark: CHUNK }), { name: VIEWER_NAME, store });
  }
  for (const { sha256, file, name, mimetype, size } of [...media].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1))) {
    const source = typeof file === "string" ? createReadStream(file, { highWaterMark: CHUNK }) : await file();
    const counter = { bytes: 0 };
    const counted = Readable.from(counting(source, counter), { objectMode: false });
    const mayPack = isBelieved(size) && COMPRESSIBLE.test(mimetype);
    await add(counted, { name: `media/${sha256}/${name}`, store: !mayPack });
    if (counter.bytes !== size) throw new Error("a media file is not as long as it was when it was fetched");
  }
  await archive.finalize();
}

async function* counting(
  chunks: AsyncIterable<Buffer>,
  counter: { bytes: number },
): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of chunks) {
    counter.bytes += chunk.length;
    yield chunk;
  }
}
