import type { Readable } from "node:stream";

/** Keeps bundles: made by export jobs, or waiting for their import. */
export interface BundleStore {
  /** Takes over a finished local file under that id (fsync, then rename). */
  put(id: string, file: string): Promise<void>;
  /** Bytes `start` to `end` (inclusive), or all; undefined where there is no such bundle. */
  open(id: string, range?: { start: number; end: number }): Promise<{ body: Readable; size: number } | undefined>;
  size(id: string): Promise<number | undefined>;
  /** A local file with that bundle's content, to be read at random. */
  localFile(id: string): Promise<string | undefined>;
  /** The ids of all bundles kept. */
  list(): Promise<string[]>;
  remove(id: string): Promise<void>;
}
