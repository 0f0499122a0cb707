import { open } from "node:fs/promises";
import { posix } from "node:path";
import yauzl, { type Entry, type ZipFile } from "yauzl";
import { ConvertError } from "../convert-error.ts";
import type { ExportFile, ExportFiles } from "./export-files.ts";

const MAX_FILES = 500_000;
/** No file of a conversation shrinks to that share of its size; one that claims to would fill the disk. */
const MAX_RATIO = 1000;
const SMALL = 16 * 1024 * 1024;

/** Does the file begin like a ZIP archive? */
export async function isZip(path: string): Promise<boolean> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.toString("latin1").startsWith("PK");
  } finally {
    await handle.close();
  }
}

/** Files in a ZIP archive. Nothing is ever unpacked under the name that the archive gives it. */
export class ZipFiles implements ExportFiles {
  readonly paths: readonly string[];
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(zip: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.#zip = zip;
    this.#entries = entries;
    this.paths = [...entries.keys()].sort();
  }

  /** @throws ConvertError archive_unreadable: also for absolute paths, `..` that leads outside, repeated names, encryption */
  static async open(path: string): Promise<ZipFiles> {
    const options = { lazyEntries: true, autoClose: false, decodeStrings: false };
    const zip = await yauzl.openPromise(path, options).catch(unreadable);
    try {
      return new ZipFiles(zip, await entriesOf(zip).catch(unreadable));
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  file(path: string): ExportFile | undefined {
    const entry = this.#entries.get(path);
    return entry && { size: entry.uncompressedSize, read: () => unpacked(this.#zip, entry) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#zip.close();
  }
}

async function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  if (zip.entryCount > MAX_FILES) throw new ConvertError("archive_unreadable");
  for await (const entry of zip.eachEntry()) {
    const unixType = (entry.externalFileAttributes >>> 16) & 0o170000;
    const name = nameOf(entry);
    const isFile = !name.endsWith("/") && (unixType === 0 || unixType === 0o100000);
    if (!isFile) continue;
    const isBomb = entry.uncompressedSize > SMALL && entry.uncompressedSize > MAX_RATIO * entry.compressedSize;
    if (isBomb || entry.isEncrypted() || entries.has(name)) throw new ConvertError("archive_unreadable");
    entries.set(name, entry);
  }
  return entries;
}

/** As it stands there: what people call a file can bring `..` into the middle of it, which leads nowhere, for nothing is unpacked. */
function nameOf(entry: Entry): string {
  const name = yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
  const inside = posix.normalize(name);
  const isOutside = inside === ".." || inside.startsWith("../") || posix.isAbsolute(inside) || /^[a-z]:/i.test(inside);
  if (isOutside) throw new ConvertError("archive_unreadable");
  return name;
}

async function* unpacked(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>;
  } catch {
    throw new ConvertError("archive_unreadable");
  }
}

function unreadable(): never {
  throw new ConvertError("archive_unreadable");
}
