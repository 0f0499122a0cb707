import { BlobReader, configure, ZipReader, type Entry } from "@zip.js/zip.js";
import type { ArchiveEntry, Layout } from "../../../src/bundle/archive/archive-directory.ts";
import { BundleError, type FaultCode } from "../../../src/bundle/faults.ts";
import { MAX_ENTRIES, MAX_UNPACKED_BYTES, MAX_UNPACKED_RATIO } from "../../../src/bundle/limits.ts";
import { asBuffer } from "../../imports/reader/node-buffer.ts";
import { crc32 } from "./crc32.ts";

// this is a worker already
configure({ useWebWorkers: false });

const CHUNK = 256 * 1024;
/** The first bytes of a file tell what it is: who wants no more does not wait for more. */
const BEGINNING = 8 * 1024;
const LOCAL_HEADER_BYTES = 30;
const LOCAL_HEADER = 0x04034b50;

/** The ZIP file of a bundle or a collection in the browser: its directory is in memory, everything else stays in the file. */
export class BlobArchive {
  /** by what the layout calls them */
  readonly entries: ReadonlyMap<string, ArchiveEntry>;
  /** of the archive itself; mostly empty */
  readonly comment: Buffer<ArrayBuffer>;
  readonly #file: Blob;

  private constructor(file: Blob, entries: ReadonlyMap<string, ArchiveEntry>, comment: Uint8Array) {
    this.#file = file;
    this.entries = entries;
    this.comment = asBuffer(new Uint8Array(comment));
  }

  /** @throws BundleError */
  static async open(file: Blob, layout: Layout): Promise<BlobArchive> {
    const entries = new Map<string, ArchiveEntry>();
    const mostUnpacked = MAX_UNPACKED_BYTES + MAX_UNPACKED_RATIO * file.size;
    let [count, unpacked] = [0, 0];
    const zip = new ZipReader(new BlobReader(file));
    for await (const found of directoryOf(zip)) {
      const entry = entryOf(found, layout);
      unpacked += entry.size;
      if (++count > MAX_ENTRIES) throw new BundleError("zip_too_many_entries");
      if (unpacked > mostUnpacked) throw new BundleError("zip_bomb");
      if (entries.has(entry.place)) throw new BundleError("entry_duplicate", entry.place);
      entries.set(entry.place, entry);
    }
    return new BlobArchive(file, entries, zip.comment);
  }

  /** The unpacked bytes of an entry. @throws BundleError entry_header, entry_damaged, entry_size */
  async *read(entry: ArchiveEntry): AsyncGenerator<Buffer<ArrayBuffer>, void, undefined> {
    const { place, size, crc32: promised } = entry;
    let [read, checksum] = [0, 0];
    for await (const chunk of this.#unpacked(entry)) {
      read += chunk.length;
      if (read > size) throw new BundleError("entry_size", place);
      checksum = crc32(chunk, checksum);
      yield asBuffer(chunk);
    }
    if (read !== size) throw new BundleError("entry_size", place);
    if (checksum !== promised) throw new BundleError("entry_damaged", place);
  }

  /**
   * An entry as a file of its own. What is stored is a part of the archive, and takes no memory; the rest is unpacked.
   * @param type its media type
   * @throws BundleError as `read` does
   */
  async blobOf(entry: ArchiveEntry, type: string): Promise<Blob> {
    if (entry.method === 0) return await this.#packed(entry, type);
    const parts: Blob[] = [];
    // the browser keeps blobs outside of the memory of scripts
    for await (const chunk of this.read(entry)) parts.push(new Blob([chunk]));
    return new Blob(parts, { type });
  }

  /** Its bytes as they stand in the archive. */
  async #packed({ offset, packedSize, method, place }: ArchiveEntry, type = ""): Promise<Blob> {
    const header = new DataView(await this.#file.slice(offset, offset + LOCAL_HEADER_BYTES).arrayBuffer());
    if (header.byteLength < LOCAL_HEADER_BYTES || header.getUint32(0, true) !== LOCAL_HEADER)
      throw new BundleError("entry_header", place);
    if (header.getUint16(8, true) !== method) throw new BundleError("entry_header", place);
    const start = offset + LOCAL_HEADER_BYTES + header.getUint16(26, true) + header.getUint16(28, true);
    if (start + packedSize > this.#file.size) throw new BundleError("entry_header", place);
    return this.#file.slice(start, start + packedSize, type);
  }

  async *#unpacked(entry: ArchiveEntry): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    const packed = await this.#packed(entry);
    if (entry.method === 0) {
      for (let at = 0, end = BEGINNING; at < packed.size; [at, end] = [end, end + CHUNK])
        yield new Uint8Array(await packed.slice(at, end).arrayBuffer());
      return;
    }
    const reader = packed.stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read().catch(() => {
          throw new BundleError("entry_damaged", entry.place);
        });
        if (done) return;
        yield value;
      }
    } finally {
      await reader.cancel().catch(() => undefined);
    }
  }
}

async function* directoryOf(zip: ZipReader<Blob>): AsyncGenerator<Entry, void, undefined> {
  try {
    yield* zip.getEntriesGenerator();
  } catch {
    // zip.js throws plain errors about the archive
    throw new BundleError("zip_unreadable");
  }
}

/** What is needed of an entry later, and no more: there may be many. @throws BundleError */
function entryOf(entry: Entry, layout: Layout): ArchiveEntry {
  const fault = unfitness(entry);
  if (fault) throw new BundleError(fault);
  const name = decoded(entry.rawFilename);
  const place = name === undefined ? undefined : layout(name);
  if (name === undefined || place === undefined) throw new BundleError("entry_name");
  return {
    place,
    name,
    size: entry.uncompressedSize,
    packedSize: entry.compressedSize,
    crc32: entry.crc32 ?? 0,
    method: entry.compressionMethod,
    flags: 0,
    offset: entry.offset,
  };
}

function unfitness(entry: Entry): FaultCode | undefined {
  if (entry.encrypted) return "entry_encrypted";
  const attributes = entry.externalFileAttributes;
  const unixType = (attributes >>> 16) & 0o170000;
  if (entry.directory || attributes & 0x10 || (unixType !== 0 && unixType !== 0o100000)) return "entry_not_file";
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) return "entry_method";
  return entry.compressionMethod === 0 && entry.compressedSize !== entry.uncompressedSize ? "entry_size" : undefined;
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
