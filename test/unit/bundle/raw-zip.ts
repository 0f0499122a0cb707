import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";

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
}

/** Builds a ZIP file by hand, wrong in the ways asked for. */
export function rawZip(entries: RawEntry[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const method = entry.method ?? 8;
    const packed = method === 8 ? deflateRawSync(entry.data) : entry.data;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800 | (entry.flags ?? 0), 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(entry.crc ?? crc32(entry.data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(entry.size ?? entry.data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const localName = Buffer.from(entry.localName ?? name);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, localName, packed]);
    local.writeUInt16LE(localName.length, 26);
    const end = Buffer.alloc(14);
    end.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 6);
    end.writeUInt32LE(entry.offset ?? at, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x03"), common, end, name]));
    files.push(local);
    at += local.length;
  }
  const central = Buffer.concat(directory);
  const last = Buffer.alloc(22);
  last.write("PK\x05\x06", "latin1");
  last.writeUInt16LE(entries.length, 8);
  last.writeUInt16LE(entries.length, 10);
  last.writeUInt32LE(central.length, 12);
  last.writeUInt32LE(at, 16);
  return Buffer.concat([...files, central, last]);
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
