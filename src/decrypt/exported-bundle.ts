import type { NewEntry } from "../bundle/archive/zip-writer.ts";
import type { ManifestHead } from "../bundle/manifest/manifest.ts";
import type { BundleSignature } from "../bundle/signature.ts";

/** A bundle as it was exported, open for decrypting: in a file of this machine, or in the browser. */
export interface ExportedBundle {
  readonly head: ManifestHead;
  /** of the service; undefined: it is not signed */
  readonly signature: BundleSignature | undefined;
  /** The bytes of its manifest. Can be asked again. */
  manifest(): AsyncIterable<Buffer>;
  /** The bytes of a media file. @throws BundleError media_missing */
  openMedia(sha256: string): Promise<AsyncIterable<Buffer>>;
  /** The name of a media file in the archive. @throws BundleError media_missing */
  mediaFileName(sha256: string): string;
  /** opens `viewer.html`, where there is one */
  readonly viewer: NewEntry["open"] | undefined;
}

/** Takes plain text on its way into a bundle. */
export interface Scratch {
  /** bytes so far */
  readonly size: number;
  append(bytes: Buffer): Promise<void>;
  /** Takes back what was written from there on. @param size in bytes */
  cutTo(size: number): Promise<void>;
  /** The bytes from `start` on, before `end`; default: all. Can be asked again. */
  read(start?: number, end?: number): Promise<AsyncIterable<Buffer>>;
  close(): Promise<void>;
}
