import { bundleEntries, bundleLayout } from "../../../src/bundle/archive/bundle-layout.ts";
import type { ArchiveEntry } from "../../../src/bundle/archive/archive-directory.ts";
import { BundleError } from "../../../src/bundle/faults.ts";
import { MAX_MANIFEST_BYTES } from "../../../src/bundle/limits.ts";
import { headFaults } from "../../../src/bundle/manifest/head-faults.ts";
import { readEvents, readHead } from "../../../src/bundle/manifest/manifest-reader.ts";
import type { RenderSource } from "../../../src/render/source.ts";
import { BlobArchive } from "./archive.ts";

/** What of the state is shown; that of a large room takes much memory. */
const SHOWN_STATE = new Set(["m.room.power_levels", "m.room.pinned_events", "m.space.child"]);

/** A bundle in the browser, for the same reading as on the server. */
export interface BlobBundle extends RenderSource {
  /** A file of it. @param type its media type @throws BundleError */
  file(sha256: string, type: string): Promise<Blob>;
}

/** The same with its archive. */
export interface OpenBlob extends BlobBundle {
  readonly archive: BlobArchive;
  readonly manifest: ArchiveEntry;
  readonly viewer: ArchiveEntry | undefined;
}

/** Opens a bundle as `openBundle` in src/bundle does. @throws BundleError */
export async function openRoom(file: Blob, keepsState = (type: string) => SHOWN_STATE.has(type)): Promise<OpenBlob> {
  const archive = await BlobArchive.open(file, bundleLayout);
  const { manifest, viewer, media } = bundleEntries(archive);
  if (!manifest) throw new BundleError("manifest_missing");
  if (manifest.size > MAX_MANIFEST_BYTES) throw new BundleError("manifest_too_large");
  const read = await readHead(archive.read(manifest), { keepsState, withViewer: viewer !== undefined });
  const { head } = read;
  const [fault] = headFaults(head, media, viewer);
  if (fault) throw new BundleError(fault.code, fault.where);
  const entryOf = (sha256: string): ArchiveEntry => {
    const entry = media.get(sha256);
    if (!entry) throw new BundleError("media_missing", `media/${sha256}`);
    return entry;
  };
  return {
    ...{ archive, manifest, viewer, head },
    eventBatches: () => readEvents(archive.read(manifest), read),
    openMedia: (sha256) => Promise.resolve(archive.read(entryOf(sha256))),
    mediaFileName: (sha256) => entryOf(sha256).name.slice(`media/${sha256}/`.length),
    file: (sha256, type) => archive.blobOf(entryOf(sha256), type),
  };
}
