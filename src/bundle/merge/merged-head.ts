import { coverageOf } from "../coverage.ts";
import {
  brokenOriginEntry,
  encryptedEntries,
  lostOriginEntry,
  serviceAvatarEntries,
} from "../manifest/ledger-entries.ts";
import type { Coverage, LedgerEntry, ManifestHead, Sender } from "../manifest/manifest.ts";
import type { OpenArchive } from "../open-bundle.ts";
import type { Census } from "./census.ts";
import type { MergedMedia } from "./merged-media.ts";

/** Of the codes that an export writes: these are about the whole, and are said anew. */
const SAID_ANEW = ["encrypted", "origin_lost", "origin_damaged", "service_avatar", "media_in_earlier_bundle"];

/** What the last export would have said of the whole. @param bundles oldest first */
export function mergedHead(
  bundles: readonly OpenArchive[],
  last: ManifestHead,
  census: Census,
  merged: MergedMedia,
): ManifestHead {
  const senders = new Map<string, Sender>();
  for (const [userId, sender] of sendersOfWhole(bundles, census)) {
    const { avatar } = sender;
    const picture = avatar && { uri: avatar.uri, sha256: merged.sha256Of(avatar.uri) ?? null };
    senders.set(userId, { ...sender, avatar: picture });
  }
  const ledger = ledgerOf(bundles, census, merged);
  const { viewer: _ofAPart, ...head } = last;
  return {
    ...head,
    coverage: wholeCoverage(last.coverage, census.encrypted),
    counts: {
      events: census.events,
      by_type: Object.fromEntries(census.byType),
      senders: senders.size,
      media_files: merged.media.size,
      media_bytes: [...merged.media.values()].reduce((sum, { size }) => sum + size, 0),
      ledger: ledger.length,
    },
    senders,
    media: merged.media,
    ledger,
  };
}

/** The last export says of everybody what they are called now; another writer may say it of fewer. */
export function sendersOfWhole(bundles: readonly OpenArchive[], census: Census): ReadonlyMap<string, Sender> {
  const senders = new Map(bundles.at(-1)?.head.senders);
  for (const userId of census.senders) {
    if (senders.has(userId)) continue;
    const known = bundles.findLast(({ head }) => head.senders.has(userId))?.head.senders.get(userId);
    if (known) senders.set(userId, known);
  }
  return senders;
}

function wholeCoverage({ limits }: Coverage, encrypted: number): Coverage {
  return coverageOf(
    limits.filter(({ kind }) => kind !== "since_bundle"),
    encrypted,
  );
}

/** In the order in which an export says it. */
function ledgerOf(bundles: readonly OpenArchive[], census: Census, merged: MergedMedia): LedgerEntry[] {
  const said = new Set<string>();
  const isNew = (entry: string): boolean => !said.has(entry) && Boolean(said.add(entry));
  const kept = bundles
    .toReversed()
    .flatMap(({ head }) => head.ledger)
    .filter(({ code, uri }) => uri === undefined && !SAID_ANEW.includes(code))
    // an increment of a part of a room says once more what came after the last event of that part
    .filter(({ code, event_id: id }) => id === undefined || isNew(`${code} ${id}`));
  const isMalformed = ({ code }: LedgerEntry): boolean => code === "event_malformed";
  return [
    ...kept.filter(isMalformed),
    ...encryptedEntries(census.encrypted),
    ...census.lostOrigins.toReversed().map(lostOriginEntry),
    ...census.brokenOrigins.toReversed().map(brokenOriginEntry),
    ...serviceAvatarEntries([...census.serviceAvatars].filter((uri) => merged.sha256Of(uri) === undefined)),
    ...merged.ledger,
    ...kept.filter((entry) => !isMalformed(entry)),
  ];
}
