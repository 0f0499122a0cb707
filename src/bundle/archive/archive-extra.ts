import yauzl, { type ExtraField, type LocalFileHeader } from "yauzl";

/** Info-ZIP's Unicode path: another name for the same entry, which some tools go by. */
export const UNICODE_PATH = 0x7075;
/** Sizes of 64 bits, in the order of the header: unpacked, packed. Each is there where the header has IN_ZIP64 in its place. */
const ZIP64 = 1;
const IN_ZIP64 = 0xffffffff;

/**
 * Does an entry's own header say in its extra fields, and in its sizes, nothing else than the directory?
 * `sizes`: unpacked and packed, of the directory; undefined where they stand behind the data.
 */
export function extraAgrees(header: LocalFileHeader, sizes: readonly [number, number] | undefined): boolean {
  const fields = fieldsOf(header.extraField);
  if (!fields || fields.some(({ id, data }) => id === UNICODE_PATH && !data.subarray(5).equals(header.fileName)))
    return false;
  if (!sizes) return true;
  const long = fields.find(({ id }) => id === ZIP64)?.data;
  let at = 0;
  return [header.uncompressedSize, header.compressedSize].every((here, index) => {
    const there = sizes[index] as number;
    if (here !== IN_ZIP64 || !long) return here === there;
    const isSame = long.length >= at + 8 && long.readBigUInt64LE(at) === BigInt(there);
    at += 8;
    return isSame;
  });
}

function fieldsOf(bytes: Buffer): ExtraField[] | undefined {
  try {
    return yauzl.parseExtraFields(bytes);
  } catch {
    return undefined;
  }
}
