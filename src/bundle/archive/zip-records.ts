/** The records of a ZIP file that a writer puts down (PKWARE APPNOTE 6.3.10, sections 4.3 and 4.5.3). */

/** From there on a number of 32 or 16 bits stands in a ZIP64 record. */
const IN_ZIP64 = 0xffffffff;
const IN_ZIP64_SHORT = 0xffff;
const NEEDS_DEFLATE = 20;
const NEEDS_ZIP64 = 45;
const NAME_IS_UTF8 = 0x800;
/** CRC-32 and sizes stand behind the data. */
const HAS_DESCRIPTOR = 8;
const MADE_ON_UNIX = 3;
const PLAIN_FILE = 0o100644;

/** What the records of one entry say. */
export interface EntryRecord {
  name: Buffer;
  deflated: boolean;
  /** of an entry that is deflated, known only behind its data */
  crc32: number;
  /** bytes */
  size: number;
  packedSize: number;
  offset: number;
  date: Date;
}

/** What stands before the data of an entry. Of a deflated one, CRC-32 and sizes follow in a descriptor. */
export function localHeader(entry: EntryRecord): Buffer {
  const header = Buffer.alloc(30);
  header.write("PK\x03\x04", "latin1");
  const { deflated, size, packedSize, name } = entry;
  const isLarge = !deflated && size >= IN_ZIP64;
  writeCommon(header, 4, entry, isLarge);
  if (!deflated) writeSums(header, 14, entry);
  const extra = isLarge ? zip64Field([size, packedSize]) : Buffer.alloc(0);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, name, extra]);
}

/** What stands behind the data of a deflated entry: sizes of 64 bits only where they need them, as reading streams expect it. */
export function dataDescriptor({ crc32, size, packedSize }: EntryRecord): Buffer {
  const isLarge = size > IN_ZIP64 || packedSize > IN_ZIP64;
  const descriptor = Buffer.alloc(isLarge ? 24 : 16);
  descriptor.write("PK\x07\x08", "latin1");
  descriptor.writeUInt32LE(crc32, 4);
  for (const [index, bytes] of [packedSize, size].entries())
    if (isLarge) descriptor.writeBigUInt64LE(BigInt(bytes), 8 + 8 * index);
    else descriptor.writeUInt32LE(bytes, 8 + 4 * index);
  return descriptor;
}

/** What the directory says of an entry. */
export function directoryRecord(entry: EntryRecord): Buffer {
  const { name, size, packedSize, offset } = entry;
  const large = [size, packedSize, offset].filter((number) => number >= IN_ZIP64);
  const extra = large.length > 0 ? zip64Field(large) : Buffer.alloc(0);
  const record = Buffer.alloc(46);
  record.write("PK\x01\x02", "latin1");
  record.writeUInt16LE((MADE_ON_UNIX << 8) | NEEDS_ZIP64, 4);
  writeCommon(record, 6, entry, large.length > 0);
  writeSums(record, 16, entry);
  record.writeUInt16LE(name.length, 28);
  record.writeUInt16LE(extra.length, 30);
  record.writeUInt32LE(PLAIN_FILE * 0x10000, 38);
  record.writeUInt32LE(Math.min(offset, IN_ZIP64), 42);
  return Buffer.concat([record, name, extra]);
}

/** What ends an archive. @param start where the directory begins */
export function archiveEnd(count: number, start: number, bytes: number, comment: Buffer): Buffer {
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(Math.min(count, IN_ZIP64_SHORT), 8);
  end.writeUInt16LE(Math.min(count, IN_ZIP64_SHORT), 10);
  end.writeUInt32LE(Math.min(bytes, IN_ZIP64), 12);
  end.writeUInt32LE(Math.min(start, IN_ZIP64), 16);
  end.writeUInt16LE(comment.length, 20);
  const isLarge = count >= IN_ZIP64_SHORT || bytes >= IN_ZIP64 || start >= IN_ZIP64;
  return Buffer.concat([isLarge ? zip64End(count, start, bytes) : Buffer.alloc(0), end, comment]);
}

function zip64End(count: number, start: number, bytes: number): Buffer {
  const record = Buffer.alloc(56);
  record.write("PK\x06\x06", "latin1");
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE((MADE_ON_UNIX << 8) | NEEDS_ZIP64, 12);
  record.writeUInt16LE(NEEDS_ZIP64, 14);
  for (const [index, number] of [count, count, bytes, start].entries())
    record.writeBigUInt64LE(BigInt(number), 24 + 8 * index);
  const locator = Buffer.alloc(20);
  locator.write("PK\x06\x07", "latin1");
  locator.writeBigUInt64LE(BigInt(start + bytes), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator]);
}

/** Version, flags, method and date: the same in the header and in the directory. */
function writeCommon(record: Buffer, at: number, { deflated, date }: EntryRecord, isLarge: boolean): void {
  record.writeUInt16LE(isLarge ? NEEDS_ZIP64 : NEEDS_DEFLATE, at);
  record.writeUInt16LE(NAME_IS_UTF8 | (deflated ? HAS_DESCRIPTOR : 0), at + 2);
  record.writeUInt16LE(deflated ? 8 : 0, at + 4);
  record.writeUInt32LE(dosTime(date), at + 6);
}

function writeSums(record: Buffer, at: number, { crc32, size, packedSize }: EntryRecord): void {
  record.writeUInt32LE(crc32, at);
  record.writeUInt32LE(Math.min(packedSize, IN_ZIP64), at + 4);
  record.writeUInt32LE(Math.min(size, IN_ZIP64), at + 8);
}

function zip64Field(numbers: number[]): Buffer {
  const field = Buffer.alloc(4 + 8 * numbers.length);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(8 * numbers.length, 2);
  for (const [index, number] of numbers.entries()) field.writeBigUInt64LE(BigInt(number), 4 + 8 * index);
  return field;
}

/** UTC, to two seconds, from 1980 to 2107. */
function dosTime(date: Date): number {
  const year = date.getUTCFullYear();
  if (year < 1980) return 0x210000;
  if (year > 2107) return 0xff9fbf7d;
  const day = ((year - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  return day * 0x10000 + time;
}
