import type { FileHandle } from "node:fs/promises";
import type { Directory } from "./archive-directory.ts";
import { BundleError, type FaultCode } from "../faults.ts";

/** The end of the directory, without a comment; and what ZIP64 puts before it: a record and a locator (PKWARE APPNOTE, 4.3.14–16). */
const END_BYTES = 22;
const ZIP64_RECORD_BYTES = 56;
const LOCATOR_BYTES = 20;
const MAX_COMMENT_BYTES = 0xffff;
const END = 0x06054b50;
const ZIP64_RECORD = 0x06064b50;
const ZIP64_LOCATOR = 0x07064b50;

/** What the end of an archive says of its directory. */
export interface ArchiveEnd {
  /** where in the file it begins: with ZIP64, with the record that the locator names */
  at: number;
  /** is nothing between the ZIP64 record, which has no data of its own, the locator and the end record? */
  isWhole: boolean;
  /** as the end record says: entries on this disk, entries, bytes of the directory, its offset */
  short: number[];
  /** the same as ZIP64 says */
  long: number[] | undefined;
  /** of the archive; mostly empty */
  comment: Buffer;
}

/**
 * Reads the end of an archive of so many bytes: the record whose comment reaches exactly to the last byte of the file, of several
 * the last one.
 * @throws BundleError zip_unreadable where there is none, or the archive is of more disks than one
 */
export async function readEnd(handle: FileHandle, archiveBytes: number): Promise<ArchiveEnd> {
  const from = Math.max(0, archiveBytes - LOCATOR_BYTES - END_BYTES - MAX_COMMENT_BYTES);
  const tail = await bytesAt(handle, from, archiveBytes - from);
  const at = endIn(tail);
  if (at === undefined || tail.readUInt32LE(at + 4) !== 0) throw new BundleError("zip_unreadable");
  const short = [8, 10].map((place) => tail.readUInt16LE(at + place));
  short.push(...[12, 16].map((place) => tail.readUInt32LE(at + place)));
  const end = {
    at: from + at,
    isWhole: true,
    short,
    long: undefined,
    comment: Buffer.from(tail.subarray(at + END_BYTES)),
  };
  const locator = tail.subarray(Math.max(0, at - LOCATOR_BYTES), at);
  if (locator.length < LOCATOR_BYTES || locator.readUInt32LE(0) !== ZIP64_LOCATOR) return end;
  if (locator.readUInt32LE(4) !== 0 || locator.readUInt32LE(16) !== 1) throw new BundleError("zip_unreadable");
  return { ...end, ...(await zip64Record(handle, Number(locator.readBigUInt64LE(8)), end.at)) };
}

/** Where the directory begins, and how many entries it has. */
export function directoryOf({ short, long }: ArchiveEnd): { count: number; start: number } {
  const [, count = 0, , start = 0] = long ?? short;
  return { count, start };
}

/**
 * Does the end of an archive tell of another directory than the one that was read? Some tools find it by its offset, some by its
 * length, some prefer the sizes of ZIP64, some do not. Undefined: it does not.
 */
export async function endContradiction(
  handle: FileHandle,
  { at, isWhole, short, long }: ArchiveEnd,
  { start, end, count }: Directory,
): Promise<FaultCode | undefined> {
  if (at !== end || !isWhole) return "zip_hidden_data";
  const wanted = [count, count, end - start, start];
  const most = [0xffff, 0xffff, 0xffffffff, 0xffffffff];
  const agrees = short.every((value, index) => value === wanted[index] || (long && value === most[index]));
  if (!agrees || long?.some((value, index) => value !== wanted[index])) return "zip_unreadable";
  return (await isOfOneDisk(handle, start, end)) ? undefined : "zip_unreadable";
}

function endIn(tail: Buffer): number | undefined {
  for (let at = tail.length - END_BYTES; at >= 0; at--)
    if (tail.readUInt32LE(at) === END && at + END_BYTES + tail.readUInt16LE(at + 20) === tail.length) return at;
  return undefined;
}

async function zip64Record(
  handle: FileHandle,
  at: number,
  endAt: number,
): Promise<Pick<ArchiveEnd, "at" | "isWhole" | "long">> {
  if (at + ZIP64_RECORD_BYTES + LOCATOR_BYTES > endAt) throw new BundleError("zip_unreadable");
  const record = await bytesAt(handle, at, ZIP64_RECORD_BYTES);
  if (record.readUInt32LE(0) !== ZIP64_RECORD || record.readBigUInt64LE(16) !== 0n)
    throw new BundleError("zip_unreadable");
  const isWhole =
    at + ZIP64_RECORD_BYTES + LOCATOR_BYTES === endAt && record.readBigUInt64LE(4) === BigInt(ZIP64_RECORD_BYTES - 12);
  return { at, isWhole, long: [24, 32, 40, 48].map((place) => Number(record.readBigUInt64LE(place))) };
}

const ENTRY_BYTES = 46;
/** Longer than any record of the directory. */
const WINDOW = 1024 * 1024;

/** Does every entry of the directory begin on the first disk? yauzl does not say. */
async function isOfOneDisk(handle: FileHandle, start: number, end: number): Promise<boolean> {
  let window: Buffer = Buffer.alloc(0);
  let from = start;
  for (let at = start; at < end;) {
    if (at + ENTRY_BYTES > from + window.length) {
      from = at;
      window = await bytesAt(handle, from, Math.min(WINDOW, end - from));
      if (window.length < ENTRY_BYTES) return false;
    }
    const record = window.subarray(at - from, at - from + ENTRY_BYTES);
    if (record.readUInt16LE(34) !== 0) return false;
    at += [28, 30, 32].reduce((sum, place) => sum + record.readUInt16LE(place), ENTRY_BYTES);
  }
  return true;
}

/** @throws BundleError zip_unreadable where the file ends before */
async function bytesAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at);
  if (bytesRead < length) throw new BundleError("zip_unreadable");
  return buffer;
}
