import { constants, crc32, deflateRawSync, inflateRawSync } from "node:zlib";

const EMPTY: Buffer = Buffer.alloc(0);

/** An entry of a ZIP file, with all that can be lied about. */
export interface RawEntry {
  name: string | Buffer;
  data: Buffer;
  /** 8 (deflated) where not given */
  method?: number;
  flags?: number;
  /** in the directory only */
  size?: number;
  crc?: number;
  /** upper half of the external attributes: the Unix mode */
  mode?: number;
  /** of the local header, where another than the true one */
  offset?: number;
  /** another name in the local header */
  localName?: string;
  /** what stands in the archive, where it is not to be made of `data` */
  packed?: Buffer;
  /** extra field in the directory */
  extra?: Buffer;
  /** lower half of the external attributes */
  dos?: number;
  /** another checksum in the local header, other sizes (both), and an extra field there */
  localCrc?: number;
  localSize?: number;
  localExtra?: Buffer;
  /** other flags in the local header */
  localFlags?: number;
  /** what stands behind the data */
  descriptor?: Buffer;
}

/** What can be wrong around the entries. */
export interface RawArchive {
  comment?: Buffer;
  /** before the first entry; offsets count from the beginning of the file */
  before?: Buffer;
  /** between the last entry and the directory, and between the directory and its end */
  gap?: Buffer;
  beforeEnd?: Buffer;
  /** number of entries that the end of the directory tells, and the directory's length */
  count?: number;
  length?: number;
}

/** Builds a ZIP file by hand, wrong in the ways asked for. */
export function rawZip(entries: RawEntry[], archive: RawArchive = {}): Buffer {
  const { before = EMPTY, gap = EMPTY, beforeEnd = EMPTY, comment = EMPTY } = archive;
  const files: Buffer[] = [before];
  const directory: Buffer[] = [];
  let at = before.length;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const method = entry.method ?? 8;
    const packed = entry.packed ?? (method === 8 ? deflateRawSync(entry.data) : entry.data);
    const extra = entry.extra ?? EMPTY;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800 | (entry.flags ?? 0), 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(entry.crc ?? crc32(entry.data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(entry.size ?? entry.data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const localName = Buffer.from(entry.localName ?? name);
    const localExtra = entry.localExtra ?? EMPTY;
    const behind = entry.descriptor ?? EMPTY;
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, localName, localExtra, packed, behind]);
    if (entry.localFlags !== undefined) local.writeUInt16LE(entry.localFlags, 6);
    local.writeUInt16LE(localName.length, 26);
    local.writeUInt16LE(localExtra.length, 28);
    if (entry.localSize !== undefined) {
      local.writeUInt32LE(entry.localSize, 18);
      local.writeUInt32LE(entry.localSize, 22);
    }
    if (entry.localCrc !== undefined) local.writeUInt32LE(entry.localCrc, 14);
    const end = Buffer.alloc(14);
    end.writeUInt16LE(entry.dos ?? 0, 6);
    end.writeUInt16LE(entry.mode ?? 0o100644, 8);
    end.writeUInt32LE(entry.offset ?? at, 10);
    const listed = Buffer.concat([common, end]);
    listed.writeUInt16LE(extra.length, 24);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x03"), listed, name, extra]));
    files.push(local);
    at += local.length;
  }
  const central = Buffer.concat(directory);
  const last = Buffer.alloc(22);
  last.write("PK\x05\x06", "latin1");
  last.writeUInt16LE(archive.count ?? entries.length, 8);
  last.writeUInt16LE(archive.count ?? entries.length, 10);
  last.writeUInt32LE(archive.length ?? central.length, 12);
  last.writeUInt32LE(at + gap.length, 16);
  last.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...files, gap, central, beforeEnd, last, comment]);
}

/** A data descriptor that is right for these data, deflated; `long`: with sizes of 64 bits. */
export function rawDescriptor(data: Buffer, long = false): Buffer {
  const sizes = [deflateRawSync(data).length, data.length];
  const bytes = Buffer.alloc(long ? 24 : 16);
  bytes.write("PK\x07\x08", "latin1");
  bytes.writeUInt32LE(crc32(data), 4);
  for (const [index, size] of sizes.entries())
    if (long) bytes.writeBigUInt64LE(BigInt(size), 8 + 8 * index);
    else bytes.writeUInt32LE(size, 8 + 4 * index);
  return bytes;
}

/** So many times the same bytes, deflated without ever being there. */
export function deflatedRepeat(block: Buffer, times: number, before: Buffer = EMPTY, after: Buffer = EMPTY): Buffer {
  const part = (bytes: Buffer): Buffer => deflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  return Buffer.concat([part(before), ...new Array<Buffer>(times).fill(part(block)), deflateRawSync(after)]);
}

/** The entries of a small ZIP file without comments, to be changed and built again. */
export function rawEntries(zip: Buffer): { name: string; data: Buffer; method: number }[] {
  const entries = [];
  let at = zip.readUInt32LE(zip.length - 6);
  while (zip.readUInt32LE(at) === 0x02014b50) {
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString("utf8", at + 46, at + 46 + nameLength);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    const method = zip.readUInt16LE(at + 10);
    entries.push({ name, data: method === 8 ? inflateRawSync(packed) : packed, method });
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}
