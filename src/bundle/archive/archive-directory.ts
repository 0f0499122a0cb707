import type { Entry, ZipFile } from "yauzl";
import { HAS_DESCRIPTOR, UNICODE_PATH } from "./local-header.ts";
import { BundleError, fault, type Fault, type FaultCode } from "../faults.ts";
import { MAX_ENTRIES, MAX_UNPACKED_BYTES, MAX_UNPACKED_RATIO } from "../limits.ts";

/**
 * Which files an archive of some kind may hold: by the name of one, what it is called in the directory and in messages. Undefined: it
 * may not hold it. No two files may be called the same.
 */
export type Layout = (name: string) => string | undefined;

const LOCAL_HEADER_BYTES = 30;
const NAME_IS_UTF8 = 0x800;
/** An archive with more wrong entries than this is not looked at any further. */
const ENOUGH_FAULTS = 1000;

/** A plain file of the archive, as the central directory describes it. */
export interface ArchiveEntry {
  /** what to call it in a message */
  place: string;
  /** its whole path */
  name: string;
  /** unpacked, bytes */
  size: number;
  /** as it stands in the archive, bytes */
  packedSize: number;
  crc32: number;
  /** 0: stored, 8: deflated */
  method: number;
  flags: number;
  /** where its own header begins */
  offset: number;
}

/** What the archive holds. `faults` is empty where it is what the layout allows. */
export interface Directory {
  /** by what the layout calls them */
  entries: Map<string, ArchiveEntry>;
  faults: Fault[];
  /** of the entries that it tells of */
  count: number;
  /** where in the file it begins, and where it ends */
  start: number;
  end: number;
}

/**
 * Reads the directory of an archive of so many bytes.
 * @throws BundleError zip_unreadable, zip_too_many_entries, zip_bomb
 */
export async function readDirectory(zip: ZipFile, archiveBytes: number, layout: Layout): Promise<Directory> {
  if (zip.entryCount > MAX_ENTRIES) throw new BundleError("zip_too_many_entries");
  const where = { count: zip.entryCount, start: cursorOf(zip), end: 0 };
  const directory: Directory = { entries: new Map(), faults: [], ...where };
  const spans: Span[] = [];
  const mostUnpacked = MAX_UNPACKED_BYTES + MAX_UNPACKED_RATIO * archiveBytes;
  let unpacked = 0;
  for await (const entry of entriesOf(zip)) {
    spans.push({ start: entry.relativeOffsetOfLocalHeader, end: endOf(entry), number: spans.length });
    unpacked += entry.uncompressedSize;
    if (unpacked > mostUnpacked) throw new BundleError("zip_bomb");
    const bad = unfitness(entry);
    if (bad) directory.faults.push(fault(bad, `entry ${spans.length}`));
    else place(entry, spans.length, directory, layout);
    if (directory.faults.length > ENOUGH_FAULTS) break;
  }
  directory.end = cursorOf(zip);
  directory.faults.push(...overlaps(spans));
  return directory;
}

/** Where in the file the next record of the directory stands. */
function cursorOf(zip: ZipFile): number {
  return Number(zip.readEntryCursor);
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry, void, undefined> {
  try {
    yield* zip.eachEntry();
  } catch {
    throw new BundleError("zip_unreadable");
  }
}

function unfitness(entry: Entry): FaultCode | undefined {
  const unixType = (entry.externalFileAttributes >>> 16) & 0o170000;
  const isDirectory = (entry.externalFileAttributes & 0x10) !== 0;
  if (entry.generalPurposeBitFlag & 0x2041) return "entry_encrypted";
  if (isDirectory || (unixType !== 0 && unixType !== 0o100000)) return "entry_not_file";
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) return "entry_method";
  const isStored = entry.compressionMethod === 0;
  if (isStored && entry.compressedSize !== entry.uncompressedSize) return "entry_size";
  if (isStored && entry.generalPurposeBitFlag & HAS_DESCRIPTOR) return "entry_streamed";
  const isAscii = entry.fileNameRaw.every((byte) => byte < 0x80);
  if (!isAscii && (entry.generalPurposeBitFlag & NAME_IS_UTF8) === 0) return "entry_name";
  if (entry.extraFields.some(({ id, data }) => id === UNICODE_PATH && !data.subarray(5).equals(entry.fileNameRaw)))
    return "entry_name";
  return undefined;
}

function place(entry: Entry, number: number, { entries, faults }: Directory, layout: Layout): void {
  const name = decode(entry.fileNameRaw);
  const called = name === undefined ? undefined : layout(name);
  if (name === undefined || called === undefined) faults.push(fault("entry_name", `entry ${number}`));
  else if (entries.has(called)) faults.push(fault("entry_duplicate", called));
  else entries.set(called, archiveEntry(entry, called, name));
}

/** What is needed of an entry later, and no more: there may be many. */
function archiveEntry(entry: Entry, place: string, name: string): ArchiveEntry {
  return {
    place,
    name,
    size: entry.uncompressedSize,
    packedSize: entry.compressedSize,
    crc32: entry.crc32,
    method: entry.compressionMethod,
    flags: entry.generalPurposeBitFlag,
    offset: entry.relativeOffsetOfLocalHeader,
  };
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

interface Span {
  start: number;
  end: number;
  number: number;
}

/** The least that an entry takes: its local header may be longer than its record in the directory tells. */
function endOf(entry: Entry): number {
  return entry.relativeOffsetOfLocalHeader + LOCAL_HEADER_BYTES + entry.fileNameLength + entry.compressedSize;
}

function overlaps(spans: Span[]): Fault[] {
  spans.sort((a, b) => a.start - b.start);
  const found: Fault[] = [];
  let end = 0;
  for (const span of spans) {
    if (span.start < end) found.push(fault("entry_overlap", `entry ${span.number + 1}`));
    end = Math.max(end, span.end);
  }
  return found;
}
