import { VIEWER_NAME } from "../archive/bundle-layout.ts";
import { fault, type Fault } from "../faults.ts";
import type { ManifestHead } from "./manifest.ts";

interface File {
  /** unpacked, bytes */
  size: number;
}

/** What of the files in an archive does not fit the head of its manifest. @param media by SHA-256 */
export function headFaults(head: ManifestHead, media: ReadonlyMap<string, File>, viewer: File | undefined): Fault[] {
  return [...unfitting(head, media), ...unfittingViewer(head, viewer)];
}

/** Files and manifest must list the same media, of the same size. */
function unfitting(head: ManifestHead, files: ReadonlyMap<string, File>): Fault[] {
  const found: Fault[] = [];
  for (const [sha256, { size }] of head.media) {
    const entry = files.get(sha256);
    if (!entry) found.push(fault("media_missing", `media/${sha256}`));
    else if (entry.size !== size) found.push(fault("media_size", `media/${sha256}`));
  }
  for (const sha256 of files.keys())
    if (!head.media.has(sha256)) found.push(fault("entry_unlisted", `media/${sha256}`));
  return found;
}

/** The one file beside manifest and media that a bundle may hold, where its manifest lists it. */
function unfittingViewer({ viewer }: ManifestHead, entry: File | undefined): Fault[] {
  if (!viewer) return entry ? [fault("entry_unlisted", VIEWER_NAME)] : [];
  return entry?.size === viewer.size ? [] : [fault("viewer_mismatch", VIEWER_NAME)];
}
