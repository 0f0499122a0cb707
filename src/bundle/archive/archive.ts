import { open, type FileHandle } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import { crc32, createInflateRaw } from "node:zlib";
import yauzl from "yauzl";
import { readDirectory, type ArchiveEntry, type Directory, type Layout } from "./archive-directory.ts";
import { endContradiction, readEnd, type ArchiveEnd } from "./archive-end.ts";
import { zipFileOf } from "./directory-reader.ts";
import { descriptorOf, headerAgrees } from "./local-header.ts";
import { BundleError, type FaultCode } from "../faults.ts";

const CHUNK = 256 * 1024;

/**
 * The ZIP file of a bundle, or of a collection of them, open for reading. Nothing in it is trusted: names, sizes, methods and checksums are held against what
 * the format allows and against the data themselves.
 */
export class Archive {
  readonly directory: Directory;
  /** bytes of the whole file */
  readonly size: number;
  /** of the archive itself; mostly empty */
  readonly comment: Buffer;
  readonly #handle: FileHandle;
  readonly #zip: yauzl.ZipFile;
  readonly #end: ArchiveEnd;
  /** where each entry that was opened ends, with its data descriptor, by where its header begins */
  readonly #ends = new Map<number, number>();

  private constructor(handle: FileHandle, zip: yauzl.ZipFile, end: ArchiveEnd, directory: Directory, size: number) {
    this.#handle = handle;
    this.#zip = zip;
    this.#end = end;
    this.directory = directory;
    this.size = size;
    this.comment = end.comment;
  }

  /** @throws BundleError zip_unreadable, zip_too_many_entries, zip_bomb; other faults of the directory are listed in it */
  static async open(file: string, layout: Layout): Promise<Archive> {
    const handle = await open(file, "r");
    try {
      const { size } = await handle.stat();
      const end = await readEnd(handle, size);
      const zip = zipFileOf(handle.fd, size, end);
      return new Archive(handle, zip, end, await readDirectory(zip, size, layout), size);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /**
   * The unpacked bytes of an entry. Its own header, its data descriptor, checksum and size are checked on the way: only what was
   * read to its end is what the directory promised. `lent`: each chunk is looked at only until the next one is asked for, so that a
   * large file takes no more memory than some of them; a buffer is where they may stand.
   * @throws BundleError entry_header, entry_damaged, entry_size
   */
  async *read(entry: ArchiveEntry, lent?: "lent" | Buffer): AsyncGenerator<Buffer, void, undefined> {
    const start = await this.#dataStart(entry);
    let checksum = 0;
    let size = 0;
    for await (const chunk of this.#unpacked(entry, start, lent)) {
      size += chunk.length;
      if (size > entry.size) throw new BundleError("entry_size", entry.place);
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
    if (size !== entry.size) throw new BundleError("entry_size", entry.place);
    if (checksum !== entry.crc32) throw new BundleError("entry_damaged", entry.place);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  /**
   * Does every byte of the file belong to an entry or to the directory, and does its end say what the directory is? To be asked once
   * every entry has been read: a reader that goes through the file from its beginning, or by another way from its end, would find
   * something else. Undefined: yes.
   */
  async contradiction(): Promise<FaultCode | undefined> {
    const { entries, start } = this.directory;
    let at = 0;
    for (const { offset } of [...entries.values()].sort((a, b) => a.offset - b.offset)) {
      if (offset !== at) return "zip_hidden_data";
      at = this.#ends.get(offset) ?? NaN;
    }
    if (at !== start) return "zip_hidden_data";
    return await endContradiction(this.#handle, this.#end, this.directory);
  }

  async #dataStart(entry: ArchiveEntry): Promise<number> {
    const { place, offset, packedSize } = entry;
    const wanted = Object.assign(new yauzl.Entry(), {
      relativeOffsetOfLocalHeader: offset,
      compressedSize: packedSize,
    });
    const header = await this.#zip.readLocalFileHeaderPromise(wanted).catch(() => undefined);
    if (!header || !headerAgrees(header, entry)) throw new BundleError("entry_header", place);
    const descriptor = descriptorOf(header, entry);
    const end = header.fileDataStart + packedSize;
    const { bytesRead, buffer } = await this.#handle.read(Buffer.alloc(descriptor.length), 0, descriptor.length, end);
    if (bytesRead < descriptor.length || !buffer.equals(descriptor)) throw new BundleError("entry_header", place);
    this.#ends.set(offset, end + descriptor.length);
    return header.fileDataStart;
  }

  async *#unpacked(
    { method, packedSize, place }: ArchiveEntry,
    start: number,
    lent?: "lent" | Buffer,
  ): AsyncGenerator<Buffer, void, undefined> {
    if (method === 0) {
      const memory = lent === "lent" ? Buffer.allocUnsafeSlow(Math.min(CHUNK, packedSize)) : lent;
      yield* this.#bytes(start, start + packedSize, memory);
      return;
    }
    // the stream holds several of its chunks at a time
    const packed = this.#bytes(start, start + packedSize);
    const inflate = createInflateRaw({ chunkSize: CHUNK });
    pipeline(Readable.from(packed, { objectMode: false }), inflate, () => undefined);
    try {
      for await (const chunk of inflate as AsyncIterable<Buffer>) {
        yield chunk;
        if (lent) giveBack(chunk);
      }
    } catch {
      throw new BundleError("entry_damaged", place);
    }
    // what stands behind the end of the packed data is never looked at
    if (inflate.bytesWritten !== packedSize) throw new BundleError("entry_damaged", place);
  }

  /** Not a file stream: to leave one before its end closes the file. */
  async *#bytes(start: number, end: number, memory?: Buffer): AsyncGenerator<Buffer, void, undefined> {
    for (let position = start; position < end;) {
      const length = Math.min(memory?.length ?? CHUNK, end - position);
      const target = memory ?? Buffer.allocUnsafe(length);
      const { buffer, bytesRead } = await this.#handle.read(target, 0, length, position);
      if (bytesRead === 0) throw new BundleError("zip_unreadable");
      position += bytesRead;
      yield bytesRead === buffer.length ? buffer : buffer.subarray(0, bytesRead);
    }
  }
}

/**
 * Gives the memory of a chunk back at once, where nothing else stands in it, as it is with most of what unpacks to many times its size.
 * V8 would do so once there are 32 MB of such chunks.
 */
function giveBack({ buffer, byteLength }: Buffer): void {
  if (byteLength === buffer.byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
