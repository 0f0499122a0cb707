import { createHash } from "node:crypto";
import { member, stringMember } from "../matrix/json.ts";
import { IdSum } from "./verify/id-sum.ts";
import type { Coverage, CoverageLimit } from "./manifest/manifest.ts";

/** Where a bundle ends, so that a later export can go on from there. */
export interface Bookmark {
  /** of the bundle's `manifest.json`, hexadecimal */
  manifest_sha256: string;
  /** its last event */
  event_id: string;
  /** how many events there are up to that one, with those of the bundles that it goes on from */
  events: number;
  /** the `IdSum` of their ids */
  ids_sum: string;
}

/** What an increment says in its coverage: the bookmark it goes on from, and how many of its events stand before it. */
export interface SinceBundle extends Bookmark {
  /** its first events: the earlier bundle holds them as they were before they were redacted */
  changed: number;
}

const TEXT = /^([0-9a-f]{64})\.(\d{1,15})\.([0-9a-f]{64})\.(\$[!-~]{1,254})$/;

/** One word, for an address or a command. */
export function bookmarkText({ manifest_sha256, events, ids_sum, event_id }: Bookmark): string {
  return `${manifest_sha256}.${events}.${ids_sum}.${event_id}`;
}

/** undefined where it is none */
export function parseBookmark(text: string): Bookmark | undefined {
  const [, manifest_sha256, events, ids_sum, event_id] = TEXT.exec(text) ?? [];
  if (!manifest_sha256 || !ids_sum || !event_id) return undefined;
  return { manifest_sha256, event_id, events: Number(events), ids_sum };
}

/** What an increment goes on from; undefined where the bundle is none. */
export function sinceBundle({ limits }: Coverage): SinceBundle | undefined {
  const limit = limits.find(({ kind }) => kind === "since_bundle");
  return limit && sinceIn(limit);
}

function sinceIn(limit: CoverageLimit): SinceBundle | undefined {
  const [events, changed] = [member(limit, "events"), member(limit, "changed")];
  const words = ["manifest_sha256", "ids_sum", "event_id"].map((name) => stringMember(limit, name) ?? "");
  if (typeof events !== "number" || typeof changed !== "number") return undefined;
  const bookmark = parseBookmark([words[0], events, words[1], words[2]].join("."));
  if (!bookmark || !Number.isSafeInteger(changed) || changed < 0) return undefined;
  return { ...bookmark, changed };
}

/** Keeps where one is in the events of a bundle, or of a bundle and what goes on from it. */
export class BookmarkTally {
  readonly #ids: IdSum;
  #changed: number;
  #events: number;
  #last: string | undefined;

  /** @param since what the bundle goes on from */
  constructor(since?: SinceBundle) {
    this.#ids = new IdSum(since?.ids_sum);
    this.#changed = since?.changed ?? 0;
    this.#events = since?.events ?? 0;
    this.#last = since?.event_id;
  }

  /** The next event. */
  pass(eventId: string): void {
    if (this.#changed-- > 0) return;
    this.#ids.add(eventId);
    this.#events++;
    this.#last = eventId;
  }

  /** undefined where there was no event to go on from. @param manifestSha256 hexadecimal */
  bookmark(manifestSha256: string): Bookmark | undefined {
    if (this.#last === undefined) return undefined;
    return { manifest_sha256: manifestSha256, event_id: this.#last, events: this.#events, ids_sum: this.#ids.hex };
  }
}

/** Reads a bundle to its end. undefined where it holds no event to go on from. @throws BundleError */
export async function bookmarkOf(file: string): Promise<Bookmark | undefined> {
  // every command knows of bookmarks, and few open a bundle, which takes the whole schema
  const { openArchive } = await import("./open-bundle.ts");
  const bundle = await openArchive(file);
  try {
    const tally = new BookmarkTally(sinceBundle(bundle.head.coverage));
    const hash = createHash("sha256");
    for await (const batch of bundle.eventBatches((chunk) => hash.update(chunk)))
      for (const { event_id: id } of batch) tally.pass(id);
    // what goes on from a decrypted bundle goes on from the exported one
    return tally.bookmark(bundle.head.decryption?.exported.manifest_sha256 ?? hash.digest("hex"));
  } finally {
    await bundle.close();
  }
}
