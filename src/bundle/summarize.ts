import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import type { Counts, Coverage, ManifestHead, ManifestRoom } from "./manifest/manifest.ts";
import { BookmarkTally, bookmarkText, sinceBundle } from "./bookmark.ts";
import { BundleError } from "./faults.ts";
import { openArchive } from "./open-bundle.ts";
import { isSignatureOf } from "./public-keys.ts";
import { readSignature } from "./signature.ts";

/** What a bundle says of itself, and what a look at its events adds. */
export interface BundleSummary {
  /** of the archive, bytes */
  size: number;
  /** of `manifest.json`, hexadecimal */
  manifest_sha256: string;
  /** for an export of what comes later; null where there is no event to go on from */
  bookmark: string | null;
  /** the key that signed this manifest; whose it is, is not for the bundle to say. null where it is not signed */
  signed_by: string | null;
  /** what was decrypted after the export; who signed the exported bundle is for bundle verify to say. null where nothing was */
  decryption: { encrypted: number; decrypted: number } | null;
  generator: string;
  exported_at: string;
  exported_by: string;
  source: ManifestHead["source"];
  room: ManifestRoom;
  coverage: Coverage;
  counts: Counts;
  /** RFC 3339, UTC; null where the bundle has no events */
  time_span: { first: string; last: string } | null;
  /** most active first */
  senders: { user_id: string; display_name: string | null; foreign: boolean; events: number }[];
  ledger_by_code: Record<string, number>;
}

/** Reads a bundle for `bundle show`; does not verify it. @throws BundleError */
export async function summarizeBundle(file: string): Promise<BundleSummary> {
  const { size } = await stat(file);
  const bundle = await openArchive(file);
  try {
    const { head, archive } = bundle;
    for (const { code, where } of bundle.faults) throw new BundleError(code, where);
    const hash = createHash("sha256");
    const tally = new BookmarkTally(sinceBundle(head.coverage));
    const events = new Map([...head.senders.keys()].map((userId) => [userId, 0]));
    let first = Infinity;
    let last = -Infinity;
    for await (const batch of bundle.eventBatches((chunk) => hash.update(chunk)))
      for (const { event_id: id, sender, origin_server_ts: ts } of batch) {
        tally.pass(id);
        const known = events.get(sender);
        if (known !== undefined) events.set(sender, known + 1);
        first = Math.min(first, ts);
        last = Math.max(last, ts);
      }
    const senders = [...head.senders].map(([user_id, { display_name, foreign }]) => ({
      user_id,
      display_name,
      foreign,
      events: events.get(user_id) ?? 0,
    }));
    senders.sort((a, b) => b.events - a.events);
    const { generator, exported_at, exported_by, source, room, coverage, counts, ledger } = head;
    const ledgerByCode = new Map<string, number>();
    for (const { code } of ledger) ledgerByCode.set(code, (ledgerByCode.get(code) ?? 0) + 1);
    const manifestSha256 = hash.digest("hex");
    const bookmark = tally.bookmark(head.decryption?.exported.manifest_sha256 ?? manifestSha256);
    const signature = readSignature(archive.comment);
    if (signature && !isSignatureOf(signature, "bundle manifest.json", manifestSha256))
      throw new BundleError("signature_invalid");
    return {
      size,
      manifest_sha256: manifestSha256,
      bookmark: bookmark ? bookmarkText(bookmark) : null,
      signed_by: signature?.key_id ?? null,
      decryption: head.decryption
        ? { encrypted: head.decryption.encrypted, decrypted: head.decryption.decrypted }
        : null,
      ...{ generator, exported_at, exported_by, source, room, coverage, counts },
      time_span: first > last ? null : { first: timeText(first), last: timeText(last) },
      senders,
      ledger_by_code: Object.fromEntries(ledgerByCode),
    };
  } finally {
    await bundle.close();
  }
}

/** A Matrix time may be any integer, and lie beyond what a date can say. */
function timeText(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? `${milliseconds} ms` : date.toISOString();
}
