import yauzl, { type ExtraField, type LocalFileHeader } from "yauzl";
import type { ArchiveEntry } from "./archive-directory.ts";

/** Info-ZIP's Unicode path: another name for the same entry, which some tools go by. */
export const UNICODE_PATH = 0x7075;
/** Sizes of 64 bits, in the order of the header: unpacked, packed. Each is there where the header has IN_ZIP64 in its place. */
const ZIP64 = 1;
const IN_ZIP64 = 0xffffffff;
/** Encrypted (three ways), with a data descriptor, its name in UTF-8: what the other flags say changes nothing. */
const MEANT_FLAGS = 0x2849;
/** The entry's CRC-32 and sizes stand behind its data. */
export const HAS_DESCRIPTOR = 8;
const DESCRIPTOR = 0x08074b50;

/**
 * Does the header before an entry's data say the same as the directory? Where the entry has a data descriptor, CRC-32 and sizes may
 * be 0 in the header, as they were not known yet.
 */
export function headerAgrees(header: LocalFileHeader, entry: ArchiveEntry): boolean {
  const { name, size, packedSize, method, flags, crc32 } = entry;
  const fields = fieldsOf(header.extraField);
  const isLater = (flags & HAS_DESCRIPTOR) !== 0;
  if (!fields || header.compressionMethod !== method || !header.fileName.equals(Buffer.from(name))) return false;
  if ((header.generalPurposeBitFlag ^ flags) & MEANT_FLAGS) return false;
  if (fields.some(({ id, data }) => id === UNICODE_PATH && !data.subarray(5).equals(header.fileName))) return false;
  const agrees = (here: bigint, there: number): boolean => here === BigInt(there) || (isLater && here === 0n);
  if (!agrees(BigInt(header.crc32), crc32)) return false;
  const long = fields.find(({ id }) => id === ZIP64)?.data;
  let at = 0;
  return [header.uncompressedSize, header.compressedSize].every((here, index) => {
    const there = index === 0 ? size : packedSize;
    if (here !== IN_ZIP64 || !long) return agrees(BigInt(here), there);
    const isSame = long.length >= at + 8 && agrees(long.readBigUInt64LE(at), there);
    at += 8;
    return isSame;
  });
}

/**
 * The data descriptor that an entry must have: its sizes are of 64 bits where its header has a ZIP64 field, or where one of them
 * does not fit into 32; empty where it has none.
 */
export function descriptorOf(header: LocalFileHeader, { size, packedSize, crc32, flags }: ArchiveEntry): Buffer {
  if ((flags & HAS_DESCRIPTOR) === 0) return Buffer.alloc(0);
  const hasField = fieldsOf(header.extraField)?.some(({ id }) => id === ZIP64) === true;
  const isLong = hasField || size > IN_ZIP64 || packedSize > IN_ZIP64;
  const descriptor = Buffer.alloc(isLong ? 24 : 16);
  descriptor.writeUInt32LE(DESCRIPTOR, 0);
  descriptor.writeUInt32LE(crc32, 4);
  for (const [index, bytes] of [packedSize, size].entries())
    if (isLong) descriptor.writeBigUInt64LE(BigInt(bytes), 8 + 8 * index);
    else descriptor.writeUInt32LE(bytes, 8 + 4 * index);
  return descriptor;
}

function fieldsOf(bytes: Buffer): ExtraField[] | undefined {
  try {
    return yauzl.parseExtraFields(bytes);
  } catch {
    return undefined;
  }
}
