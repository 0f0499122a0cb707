import type { LedgerEntry, MediaEntry } from "../../../bundle/manifest/manifest.ts";
import { safeFileName } from "../../../bundle/archive/safe-file-name.ts";
import type { MediaFile } from "../../../bundle/write-bundle.ts";
import { parseMxc } from "../../../matrix/ids.ts";
import { HomeserverError } from "../../../ports/homeserver/homeserver.ts";
import type { MediaCollector } from "./media-collector.ts";
import type { MediaReference } from "../tally.ts";

/** The files of a bundle: each of those that its events speak of is in it or in the ledger. */
export interface MediaInventory {
  /** by SHA-256 */
  media: Map<string, MediaEntry>;
  files: MediaFile[];
  ledger: LedgerEntry[];
  sha256Of(uri: string): string | undefined;
}

/** `collected`: undefined where files are left out on request. */
export function mediaInventory(
  references: ReadonlyMap<string, MediaReference>,
  collected: MediaCollector | undefined,
): MediaInventory {
  const media = new Map<string, MediaEntry>();
  const files = new Map<string, MediaFile>();
  const ledger: LedgerEntry[] = [];
  const shas = new Map<string, string>();
  for (const uri of [...references.keys()].sort()) {
    const { eventId, names } = references.get(uri) as MediaReference;
    const found = collected?.get(uri);
    if (found === undefined || found instanceof HomeserverError) {
      ledger.push({ ...whyMissing(uri, found), ...(eventId !== undefined && { event_id: eventId }), uri });
      continue;
    }
    const { sha256, file, size, crc32, mimetype } = found;
    shas.set(uri, sha256);
    // the same bytes under another URI may have been declared as something else: the first declaration holds
    const entry = media.get(sha256) ?? { size, mimetype: declared(mimetype), names: [], uris: [] };
    entry.uris.push(uri);
    entry.names = [...new Set([...entry.names, ...names])].sort();
    media.set(sha256, entry);
    const name = safeFileName(entry.names[0] ?? "");
    files.set(sha256, { sha256, file, name, mimetype: entry.mimetype, size, crc32 });
  }
  return { media, files: [...files.values()], ledger, sha256Of: (uri) => shas.get(uri) };
}

function whyMissing(uri: string, error: HomeserverError | undefined): { code: string; message: string } {
  if (!parseMxc(uri)) return { code: "media_uri_malformed", message: "This is not the address of a file." };
  if (!error) return { code: "media_left_out", message: "Files were left out of this export." };
  const message = `The homeserver does not give out this file (${String(error.status)} ${error.errcode}).`;
  return { code: "media_unavailable", message };
}

function declared(mimetype: string): string {
  return /^[!-.0-~]{1,127}\/[!-.0-~]{1,127}$/.test(mimetype) ? mimetype : "application/octet-stream";
}
