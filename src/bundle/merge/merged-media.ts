import type { LedgerEntry, MediaEntry } from "../manifest/manifest.ts";
import type { OpenArchive } from "../open-bundle.ts";
import { safeFileName } from "../archive/safe-file-name.ts";
import type { MediaFile } from "../write-bundle.ts";
import type { Census } from "./census.ts";

export interface MergedMedia {
  /** by SHA-256 */
  media: Map<string, MediaEntry>;
  files: MediaFile[];
  /** of the files that none of the bundles holds */
  ledger: LedgerEntry[];
  sha256Of(uri: string): string | undefined;
}

interface Found {
  sha256: string;
  entry: MediaEntry;
  bundle: OpenArchive;
}

/** The files to which the events of the whole refer: what nothing refers to any more stays behind. */
export function mergedMedia(bundles: readonly OpenArchive[], { references }: Census): MergedMedia {
  const found = new Map<string, Found>();
  const missing = new Map<string, LedgerEntry>();
  for (const bundle of bundles) {
    for (const [sha256, entry] of bundle.head.media)
      for (const uri of entry.uris) if (!found.has(uri)) found.set(uri, { sha256, entry, bundle });
    for (const entry of bundle.head.ledger) if (entry.uri !== undefined) missing.set(entry.uri, entry);
  }
  const media = new Map<string, MediaEntry>();
  const files = new Map<string, MediaFile>();
  const ledger: LedgerEntry[] = [];
  for (const uri of [...references.keys()].sort()) {
    const { eventId, names } = references.get(uri) ?? { eventId: undefined, names: new Set<string>() };
    const file = found.get(uri);
    if (!file) {
      const { code, message } = missing.get(uri) ?? NOWHERE;
      ledger.push({ code, message, ...(eventId !== undefined && { event_id: eventId }), uri });
      continue;
    }
    const { sha256, entry, bundle } = file;
    const { size, mimetype } = entry;
    const merged = media.get(sha256) ?? { size, mimetype, names: [], uris: [] };
    merged.uris.push(uri);
    merged.names = [...new Set([...merged.names, ...names])].sort();
    media.set(sha256, merged);
    const name = safeFileName(merged.names[0] ?? "");
    const open = (): ReturnType<OpenArchive["openMedia"]> => bundle.openMedia(sha256);
    files.set(sha256, { sha256, file: open, name, mimetype: merged.mimetype, size });
  }
  return {
    media,
    files: [...files.values()],
    ledger,
    sha256Of: (uri) => (references.has(uri) ? found.get(uri)?.sha256 : undefined),
  };
}

const NOWHERE = { code: "media_unavailable", message: "None of the bundles that were merged holds this file." };
