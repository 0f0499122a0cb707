import { crc32, deflated } from "./deflate.ts";
import { archiveEnd, dataDescriptor, directoryRecord, localHeader, type EntryRecord } from "./zip-records.ts";

type Chunks = AsyncIterable<Buffer> | Iterable<Buffer>;

/** A file that goes into an archive. */
export interface NewEntry {
  name: string;
  /** gives its bytes from the beginning; asked twice for an entry that is stored and whose sums are not known */
  open: () => Chunks | Promise<Chunks>;
  /** or stored */
  deflate: boolean;
  /** of its bytes, where they are known before */
  sums?: Sums | undefined;
}

type Sums = Pick<EntryRecord, "crc32" | "size">;

/**
 * Writes a ZIP file that reads the same from its beginning and by its directory. A stored entry has its sizes and CRC-32 before
 * its data: where they stand behind, what reads a stream cannot tell where the data end. So its bytes are read twice, where both are
 * not known before. A deflated one ends by itself, and has a data descriptor: it is written as its bytes come.
 */
export class ZipWriter {
  /** bytes given out so far */
  written = 0;
  readonly #records: EntryRecord[] = [];

  /**
   * The bytes of the archive, with one date for all of its entries. The next entry is asked for when the one before it is written.
   * `comment`: asked for last; at most 65,535 bytes.
   * @throws Error where a file is not the same when it is read again; what the sources throw
   */
  async *write(
    entries: AsyncIterable<NewEntry>,
    date: Date,
    comment: () => Buffer = () => Buffer.alloc(0),
  ): AsyncGenerator<Buffer, void, undefined> {
    for await (const entry of entries)
      for await (const bytes of this.#entry(entry, date)) {
        this.written += bytes.length;
        yield bytes;
      }
    const start = this.written;
    const directory = Buffer.concat(this.#records.map(directoryRecord));
    yield Buffer.concat([directory, archiveEnd(this.#records.length, start, directory.length, comment())]);
  }

  async *#entry({ name, open, deflate, sums }: NewEntry, date: Date): AsyncGenerator<Buffer, void, undefined> {
    const record: EntryRecord = {
      name: Buffer.from(name),
      deflated: deflate,
      ...{ crc32: 0, size: 0, packedSize: 0 },
      offset: this.written,
      date,
    };
    this.#records.push(record);
    if (deflate) {
      yield localHeader(record);
      for await (const bytes of deflated(summed(await open(), record))) {
        record.packedSize += bytes.length;
        yield bytes;
      }
      yield dataDescriptor(record);
      return;
    }
    if (sums) Object.assign(record, sums);
    else for await (const _bytes of summed(await open(), record)) continue;
    record.packedSize = record.size;
    yield localHeader(record);
    const again = { crc32: 0, size: 0 };
    for await (const bytes of summed(await open(), again)) {
      if (again.size > record.size) break;
      yield bytes;
    }
    if (again.size !== record.size || again.crc32 !== record.crc32)
      throw new Error("a file that goes into an archive has changed while it was read");
  }
}

async function* summed(chunks: Chunks, sums: Sums): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of chunks) {
    sums.crc32 = crc32(chunk, sums.crc32);
    sums.size += chunk.length;
    yield chunk;
  }
}
