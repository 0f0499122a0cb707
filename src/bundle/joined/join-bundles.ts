import { sameJson } from "../../matrix/json.ts";
import { BundleError } from "../faults.ts";
import type { CoverageLimit, LedgerEntry, ManifestHead, MediaEntry, Sender } from "../manifest/manifest.ts";
import type { Bundle } from "../open-bundle.ts";

/**
 * A room and those that it took the place of, as one conversation: the events of one after those of the other, each as it is; what the room
 * is like now, its name and its state, are those of the last. `joined` has the head of each: who sent what, and what an import added, goes
 * by that of its own room. Closing it closes all.
 * @param bundles oldest first, at least one
 */
export function joinBundles(bundles: readonly Bundle[]): Bundle {
  const last = bundles.at(-1);
  if (!last) throw new Error("there is no bundle to join");
  if (bundles.length === 1) return last;
  const heads = bundles.map(({ head }) => head);
  const holding = (sha256: string): Bundle => {
    const found = bundles.find(({ head }) => head.media.has(sha256));
    if (!found) throw new BundleError("media_missing", `media/${sha256}`);
    return found;
  };
  return {
    head: joinedHead(heads, last.head),
    joined: heads,
    async *events() {
      for (const bundle of bundles) yield* bundle.events();
    },
    async *eventBatches() {
      for (const bundle of bundles) yield* bundle.eventBatches();
    },
    openMedia: async (sha256) => holding(sha256).openMedia(sha256),
    mediaFileName: (sha256) => holding(sha256).mediaFileName(sha256),
    async close() {
      for (const bundle of bundles) await bundle.close();
    },
  };
}

function joinedHead(heads: readonly ManifestHead[], last: ManifestHead): ManifestHead {
  const { viewer: _ofTheLast, ...head } = last;
  const senders = new Map<string, Sender>(heads.flatMap((each) => [...each.senders]));
  const media = joinedMedia(heads);
  const ledger: LedgerEntry[] = heads.flatMap((each) => each.ledger);
  const byType: Record<string, number> = {};
  for (const { counts } of heads)
    for (const [type, count] of Object.entries(counts.by_type)) byType[type] = (byType[type] ?? 0) + count;
  return {
    ...head,
    coverage: {
      ...last.coverage,
      complete: heads.every(({ coverage }) => coverage.complete),
      limits: distinct(heads.flatMap(({ coverage }) => coverage.limits)),
    },
    counts: {
      events: heads.reduce((sum, { counts }) => sum + counts.events, 0),
      by_type: byType,
      senders: senders.size,
      media_files: media.size,
      media_bytes: [...media.values()].reduce((sum, { size }) => sum + size, 0),
      ledger: ledger.length,
    },
    senders,
    media,
    ledger,
  };
}

function distinct(limits: readonly CoverageLimit[]): CoverageLimit[] {
  return limits.filter((limit, at) => limits.findIndex((other) => sameJson(other, limit)) === at);
}

/** By SHA-256, with the names and addresses that any of them has. */
function joinedMedia(heads: readonly ManifestHead[]): Map<string, MediaEntry> {
  const media = new Map<string, MediaEntry>();
  for (const head of heads)
    for (const [sha256, entry] of head.media) {
      const known = media.get(sha256);
      const names = [...new Set([...(known?.names ?? []), ...entry.names])];
      const uris = [...new Set([...(known?.uris ?? []), ...entry.uris])];
      media.set(sha256, { ...entry, names, uris });
    }
  return media;
}
