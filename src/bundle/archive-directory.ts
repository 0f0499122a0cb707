import type { Entry, ZipFile } from "yauzl";
import { BundleError, fault, type Fault, type FaultCode } from "./faults.ts";
import { MAX_ENTRIES } from "./limits.ts";
import { safeFileName } from "./safe-file-name.ts";

export const MANIFEST_NAME = "manifest.json";
export const VIEWER_NAME = "viewer.html";
const MEDIA_NAME = /^media\/([0-9a-f]{64})\/([^/]+)$/;
const LOCAL_HEADER_BYTES = 30;

/** A plain file of the archive, as the central directory describes it. */
export interface ArchiveEntry {
  /** what to call it in a message */
  place: string;
  /** the last part of its path */
  fileName: string;
  /** unpacked, bytes */
  size: number;
  crc32: number;
  entry: Entry;
}

/** What the archive holds. `faults` is empty where it is what a bundle may be. */
export interface Directory {
  manifest: ArchiveEntry | undefined;
  viewer: ArchiveEntry | undefined;
  /** by SHA-256 */
  media: Map<string, ArchiveEntry>;
  faults: Fault[];
}

/** @throws BundleError zip_unreadable, zip_too_many_entries */
export async function readDirectory(zip: ZipFile): Promise<Directory> {
  if (zip.entryCount > MAX_ENTRIES) throw new BundleError("zip_too_many_entries");
  const directory: Directory = { manifest: undefined, viewer: undefined, media: new Map(), faults: [] };
  const spans: Span[] = [];
  for await (const entry of entriesOf(zip)) {
    spans.push({ start: entry.relativeOffsetOfLocalHeader, end: endOf(entry), number: spans.length });
    const bad = unfitness(entry);
    if (bad) directory.faults.push(fault(bad, `entry ${spans.length}`));
    else place(entry, spans.length, directory);
  }
  directory.faults.push(...overlaps(spans));
  return directory;
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
  if (entry.generalPurposeBitFlag & 0x41) return "entry_encrypted";
  if (unixType !== 0 && unixType !== 0o100000) return "entry_not_file";
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) return "entry_method";
  if (entry.compressionMethod === 0 && entry.compressedSize !== entry.uncompressedSize) return "entry_size";
  return undefined;
}

function place(entry: Entry, number: number, directory: Directory): void {
  const add = (code: FaultCode, where = `entry ${number}`): unknown => directory.faults.push(fault(code, where));
  const name = decode(entry.fileNameRaw);
  if (name === MANIFEST_NAME || name === VIEWER_NAME) {
    const which = name === MANIFEST_NAME ? "manifest" : "viewer";
    if (directory[which]) add("entry_duplicate", name);
    else directory[which] = archiveEntry(entry, name, name);
    return;
  }
  const [, sha256, fileName] = (name !== undefined && MEDIA_NAME.exec(name)) || [];
  if (!sha256 || !fileName || safeFileName(fileName) !== fileName) add("entry_name");
  else if (directory.media.has(sha256)) add("entry_duplicate", `media/${sha256}`);
  else directory.media.set(sha256, archiveEntry(entry, `media/${sha256}`, fileName));
}

function archiveEntry(entry: Entry, place: string, fileName: string): ArchiveEntry {
  return { place, fileName, size: entry.uncompressedSize, crc32: entry.crc32, entry };
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
