import type { ArchiveEntry } from "./archive-directory.ts";
import { isSafeFileName } from "./safe-file-name.ts";

export const MANIFEST_NAME = "manifest.json";
export const VIEWER_NAME = "viewer.html";
const MEDIA_NAME = /^media\/([0-9a-f]{64})\/([^/]+)$/;

/** The files of a bundle: its manifest, its viewer, and one file for each hash. */
export function bundleLayout(name: string): string | undefined {
  if (name === MANIFEST_NAME || name === VIEWER_NAME) return name;
  const [, sha256, fileName] = MEDIA_NAME.exec(name) ?? [];
  return sha256 && fileName && isSafeFileName(fileName) ? `media/${sha256}` : undefined;
}

export interface BundleEntries {
  manifest: ArchiveEntry | undefined;
  viewer: ArchiveEntry | undefined;
  /** by SHA-256 */
  media: Map<string, ArchiveEntry>;
}

/** What of the directory of a bundle is what. */
export function bundleEntries({ entries }: { entries: ReadonlyMap<string, ArchiveEntry> }): BundleEntries {
  const media = new Map<string, ArchiveEntry>();
  for (const [called, entry] of entries)
    if (called !== MANIFEST_NAME && called !== VIEWER_NAME) media.set(called.slice("media/".length), entry);
  return { manifest: entries.get(MANIFEST_NAME), viewer: entries.get(VIEWER_NAME), media };
}
