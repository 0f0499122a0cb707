import { once } from "node:events";
import { createReadStream } from "node:fs";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ZipArchive } from "archiver";
import type { JsonObject } from "../../matrix/json.ts";

/** From there on the archive's directory needs ZIP64 records. */
const ZIP64_ENTRIES = 0xffff;
const FILE_MODE = 0o644;
const CHUNK = 256 * 1024;

export interface Collection {
  /** becomes `index.json` */
  index: JsonObject;
  /** names in the archive, and where the files lie */
  files: readonly { name: string; path: string; size: number }[];
  date: Date;
}

/** Writes one ZIP of bundles with its index and ends `out`, holding no more than some chunks of it. Bundles are stored as they are. */
export async function writeCollection(
  out: Writable,
  { index, files, date }: Collection,
  signal: AbortSignal,
): Promise<void> {
  const archive = new ZipArchive({ forceZip64: files.length + 1 >= ZIP64_ENTRIES, highWaterMark: CHUNK });
  archive.on("error", () => undefined); // the pipeline and the entries report it
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const written = pipeline(archive, out, { signal: stop });
  const add = async (source: Readable, name: string, store: boolean): Promise<void> => {
    // the archiver does not look at errors of its sources
    source.on("error", (error) => failed.abort(error));
    const added = once(archive, "entry", { signal: stop });
    archive.append(source, { name, date, mode: FILE_MODE, store });
    try {
      await added;
    } finally {
      source.destroy();
    }
  };
  const all = async (): Promise<void> => {
    await add(Readable.from([Buffer.from(`${JSON.stringify(index, null, 1)}\n`)]), "index.json", false);
    for (const { name, path, size } of files) {
      const source = createReadStream(path, { highWaterMark: CHUNK });
      await add(source, name, true);
      if (source.bytesRead !== size) throw new Error("a bundle is not as long as it was when it was written");
    }
    await archive.finalize();
  };
  try {
    await Promise.all([written, all()]);
  } catch (error) {
    failed.abort(error);
    await written.catch(() => undefined);
    throw stop.reason;
  }
}
