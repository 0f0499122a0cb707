import type { FaultList } from "./fault-list.ts";
import type { ManifestHead } from "../manifest/manifest.ts";

/** Holds the parts of a manifest's head against each other. */
export function verifyHead(head: ManifestHead, faults: FaultList): void {
  const files = new Map<string, string>();
  let bytes = 0;
  for (const [sha256, { size, uris }] of head.media) {
    bytes += size;
    for (const uri of new Set(uris)) {
      if (files.has(uri)) faults.add("media_uri_duplicate", `media/${sha256}`);
      files.set(uri, sha256);
    }
  }
  let index = 0;
  for (const { avatar } of head.senders.values()) {
    if (avatar && avatar.sha256 !== (files.get(avatar.uri) ?? null)) faults.add("sender_avatar", `/senders/${index}`);
    index++;
  }
  const { counts } = head;
  const mismatch = (name: string): void => faults.add("counts_mismatch", `/counts/${name}`);
  if (counts.senders !== head.senders.size) mismatch("senders");
  if (counts.media_files !== head.media.size) mismatch("media_files");
  if (counts.media_bytes !== bytes) mismatch("media_bytes");
  if (counts.ledger !== head.ledger.length) mismatch("ledger");
}
