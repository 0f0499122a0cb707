import { Readable } from "node:stream";
import { Archive } from "./archive/archive.ts";
import type { ArchiveEntry } from "./archive/archive-directory.ts";
import { bundleEntries, bundleLayout } from "./archive/bundle-layout.ts";
import { BundleError, type Fault } from "./faults.ts";
import { MAX_MANIFEST_BYTES } from "./limits.ts";
import { headFaults } from "./manifest/head-faults.ts";
import { readEvents, readHead } from "./manifest/manifest-reader.ts";
import type { StateListener } from "./manifest/manifest-head.ts";
import type { BundleEvent, ManifestHead } from "./manifest/manifest.ts";

/** So many bytes of a manifest are parsed at once. */
const PIECE = 32 * 1024;

/** A bundle, open for reading. What it hands out has the right shape; `verifyBundle` says whether it is sound as a whole. */
export interface Bundle {
  readonly head: ManifestHead;
  /** where it is of several rooms, one after the other (`joinBundles`): the head of each, in the order of the events */
  readonly joined?: readonly ManifestHead[];
  /** Every event, oldest first. Can be called again. @throws BundleError while iterating */
  events(): AsyncIterable<BundleEvent>;
  /** The same, many at a time: for long rooms. */
  eventBatches(): AsyncIterable<BundleEvent[]>;
  /** The bytes of a media file. @throws BundleError media_missing; the stream fails where they are damaged */
  openMedia(sha256: string): Promise<Readable>;
  /** The name of a media file in the archive: safe on any system. @throws BundleError media_missing */
  mediaFileName(sha256: string): string;
  close(): Promise<void>;
}

/** An open bundle with its archive, for the verifier. */
export interface OpenArchive extends Bundle {
  readonly archive: Archive;
  /** what of the archive does not fit the head; empty in a sound bundle */
  readonly faults: readonly Fault[];
  /** `passing`: told of every byte of the manifest; of all of them once the last event has been given */
  eventBatches(passing?: (chunk: Buffer) => void): AsyncIterable<BundleEvent[]>;
}

export interface OpenOptions {
  /** of which types the head shall hold the state events (default: of all): the state of a large room takes much memory */
  keepsState?: (type: string) => boolean;
  /** told of every state event as it is read; `source`: where the manifest has named it before */
  eachState?: StateListener;
}

/**
 * Opens a bundle: reads the archive's directory and all of the manifest but its events.
 * @throws BundleError where the archive's layout or the manifest's head is faulty
 */
export async function openBundle(file: string, options: OpenOptions = {}): Promise<Bundle> {
  const bundle = await openArchive(file, options);
  const [first] = bundle.faults;
  if (!first) return bundle;
  await bundle.close();
  throw new BundleError(first.code, first.where);
}

/** @throws BundleError where the manifest's head cannot be read */
export async function openArchive(file: string, options: OpenOptions = {}): Promise<OpenArchive> {
  const archive = await Archive.open(file, bundleLayout);
  try {
    const { faults } = archive.directory;
    const { manifest, viewer, media } = bundleEntries(archive.directory);
    if (!manifest)
      throw faults[0] ? new BundleError(faults[0].code, faults[0].where) : new BundleError("manifest_missing");
    if (manifest.size > MAX_MANIFEST_BYTES) throw new BundleError("manifest_too_large");
    const read = await readHead(archive.read(manifest, "lent"), {
      keepsState: options.keepsState ?? (() => true),
      eachState: options.eachState,
      withViewer: viewer !== undefined,
    });
    const { head } = read;
    const entryOf = (sha256: string): ArchiveEntry => {
      const entry = media.get(sha256);
      if (!entry) throw new BundleError("media_missing", `media/${sha256}`);
      return entry;
    };
    const eventBatches = (passing?: (chunk: Buffer) => void): AsyncIterable<BundleEvent[]> => {
      const bytes = archive.read(manifest, "lent");
      // a verification of what breaks off reports all whole chunks before that place, and nothing after them
      return readEvents(passing ? watched(bytes, passing) : inPieces(bytes), read);
    };
    return {
      archive,
      head,
      faults: [...faults, ...headFaults(head, media, viewer)],
      eventBatches,
      async *events() {
        for await (const batch of eventBatches()) yield* batch;
      },
      openMedia: async (sha256) => Readable.from(archive.read(entryOf(sha256)), { objectMode: false }),
      mediaFileName: (sha256) => entryOf(sha256).name.slice(`media/${sha256}/`.length),
      close: () => archive.close(),
    };
  } catch (error) {
    await archive.close();
    throw error;
  }
}

/** Few events at a time: what of them lives on while the next are parsed would be copied by each collection of garbage. */
async function* inPieces(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of chunks)
    for (let at = 0; at < chunk.length; at += PIECE) yield chunk.subarray(at, at + PIECE);
}

async function* watched(
  chunks: AsyncIterable<Buffer>,
  passing: (chunk: Buffer) => void,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of chunks) {
    passing(chunk);
    yield chunk;
  }
}
