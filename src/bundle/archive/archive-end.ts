import type { FileHandle } from "node:fs/promises";
import type { Directory } from "./archive-directory.ts";
import type { FaultCode } from "../faults.ts";

/** The end of the directory, without a comment; and what ZIP64 puts before it: a record and a locator (PKWARE APPNOTE, 4.3.14–16). */
const END_BYTES = 22;
const ZIP64_RECORD_BYTES = 56;
const ZIP64_BYTES = ZIP64_RECORD_BYTES + 20;
const ZIP64_RECORD = 0x06064b50;
const ZIP64_LOCATOR = 0x07064b50;

/**
 * Does the end of an archive tell of another directory than the one that was read? Some tools find it by its offset, some by its
 * length, some prefer the sizes of ZIP64, some do not. Undefined: it does not.
 */
export async function endContradiction(
  handle: FileHandle,
  { start, end, count }: Directory,
  archiveBytes: number,
  commentBytes: number,
): Promise<FaultCode | undefined> {
  const tail = archiveBytes - end - commentBytes;
  const isZip64 = tail === ZIP64_BYTES + END_BYTES;
  if (tail !== END_BYTES && !isZip64) return "zip_hidden_data";
  const { buffer: bytes, bytesRead } = await handle.read(Buffer.alloc(tail), 0, tail, end);
  if (bytesRead !== tail) return "zip_unreadable";
  if (isZip64 && !isZip64End(bytes, end)) return "zip_hidden_data";
  const last = bytes.subarray(-END_BYTES);
  const short = [last.readUInt16LE(8), last.readUInt16LE(10), last.readUInt32LE(12), last.readUInt32LE(16)];
  const wanted = [count, count, end - start, start];
  const most = [0xffff, 0xffff, 0xffffffff, 0xffffffff];
  const agrees = short.every((value, index) => value === wanted[index] || (isZip64 && value === most[index]));
  const long = [24, 32, 40, 48].map((at) => Number(isZip64 && bytes.readBigUInt64LE(at)));
  return agrees && (!isZip64 || long.every((value, index) => value === wanted[index])) ? undefined : "zip_unreadable";
}

function isZip64End(bytes: Buffer, at: number): boolean {
  return (
    bytes.readUInt32LE(0) === ZIP64_RECORD &&
    bytes.readBigUInt64LE(4) === BigInt(ZIP64_RECORD_BYTES - 12) &&
    bytes.readUInt32LE(ZIP64_RECORD_BYTES) === ZIP64_LOCATOR &&
    bytes.readBigUInt64LE(ZIP64_RECORD_BYTES + 8) === BigInt(at)
  );
}
