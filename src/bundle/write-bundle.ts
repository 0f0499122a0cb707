import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { bundleBytes, type BundleFile, type BundleParts, type WrittenBundle } from "./archive/bundle-bytes.ts";

export type { WrittenBundle } from "./archive/bundle-bytes.ts";

/** A file that goes into the bundle. */
export interface MediaFile extends Omit<BundleFile, "open"> {
  /** where its bytes lie, or what opens them, or what reads them in one piece */
  file: string | (() => Promise<Readable>) | WholeFile;
}

/** A file that is small, and not a file of the file system. */
export interface WholeFile {
  read(): Promise<Buffer>;
}

export interface BundleContent extends Omit<BundleParts, "media" | "viewer"> {
  media: readonly MediaFile[];
  /** where the bytes of `viewer.html` lie, or what opens them, if the head lists one */
  viewerFile?: MediaFile["file"] | undefined;
}

const CHUNK = 256 * 1024;
/** So many bytes of small pieces are written out at once, and from so many on a piece alone. */
const [GATHERED, LARGE] = [64 * 1024, 16 * 1024];
/** Up to so many bytes a file is held whole. */
const IN_ONE_GO = 1024 * 1024;

/** Writes a bundle as `writeParts` does. */
export async function writeBundle(out: Writable, content: BundleContent, signal?: AbortSignal): Promise<WrittenBundle> {
  const { media, viewerFile, ...rest } = content;
  const files = media.map(({ file, ...about }) => ({ ...about, open: openerOf(file, about.size) }));
  const viewer = viewerFile === undefined ? undefined : openerOf(viewerFile);
  return await writeParts(out, { ...rest, media: files, viewer }, signal);
}

/**
 * Writes a bundle and ends `out`, never holding more than some chunks of it. The same content gives the same bytes. Rejects where it
 * would be beyond the bounds of the format, where a source or `out` fails, where a file is not as long as it should be or changes, or
 * with the signal's reason; `out` is then destroyed.
 */
export async function writeParts(out: Writable, parts: BundleParts, signal?: AbortSignal): Promise<WrittenBundle> {
  try {
    const { bytes, written } = bundleBytes(parts);
    await pipeline(gathered(bytes), out, signal ? { signal } : {});
    return written();
  } catch (error) {
    out.destroy();
    throw signal?.aborted ? signal.reason : error;
  }
}

/** The same bytes, the small pieces put together: each piece is a write of its own, and between files come a few bytes. */
async function* gathered(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let held: Buffer[] = [];
  let size = 0;
  for await (const piece of bytes) {
    // a large one is not copied
    const isLarge = piece.length >= LARGE;
    if (held.length > 0 && (isLarge || size + piece.length > GATHERED)) {
      yield oneOf(held);
      [held, size] = [[], 0];
    }
    if (isLarge) yield piece;
    else {
      held.push(piece);
      size += piece.length;
    }
  }
  if (held.length > 0) yield oneOf(held);
}

function oneOf(pieces: readonly Buffer[]): Buffer {
  const [first] = pieces;
  return first && pieces.length === 1 ? first : Buffer.concat(pieces);
}

/** @param size bytes; a small file is read once, for its checksum and for its bytes */
function openerOf(file: MediaFile["file"], size = Infinity): BundleFile["open"] {
  if (typeof file !== "string") return "read" in file ? async () => [await file.read()] : file;
  if (size > IN_ONE_GO) return () => createReadStream(file, { highWaterMark: CHUNK });
  let bytes: Promise<Buffer> | undefined;
  return async function* () {
    yield await (bytes ??= readFile(file));
  };
}
