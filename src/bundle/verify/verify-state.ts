import { crc32 } from "node:zlib";
import { canonicalJson } from "../../matrix/json.ts";
import { authorFault } from "../author-fault.ts";
import { carriedMedia } from "../manifest/carried-media.ts";
import type { BundleEvent, ManifestHead } from "../manifest/manifest.ts";
import type { Accounts } from "./accounts.ts";
import type { FaultList } from "./fault-list.ts";
import { IdIndex } from "./id-index.ts";
import { isRedactedByAnother } from "./redaction.ts";

type Source = ManifestHead["source"];

/** Holds the state events of a bundle against each other, against the head and against the same ones among its events. */
export class StateVerifier {
  readonly #faults: FaultList;
  readonly #keys = new IdIndex();
  readonly #ids = new IdIndex();
  /** of each state event: checksums of what it is, and of its content (0 where it is redacted) */
  readonly #sums: [number, number][] = [];
  /** met before the manifest said from where it is */
  #early: [BundleEvent, number][] = [];
  readonly #media: { where: string; id: string; uris: string[] }[] = [];

  constructor(faults: FaultList) {
    this.#faults = faults;
  }

  /** The next state event, as it is read. `source`: where the manifest has said so already */
  take(event: BundleEvent, source: Source | undefined): void {
    const index = this.#sums.length;
    const isRepeated = this.#keys.add(JSON.stringify([event.type, event.state_key]), index) !== undefined;
    if (this.#ids.add(event.event_id, index) !== undefined || isRepeated)
      this.#faults.add("state_duplicate", `/state/${index}`, event.event_id);
    this.#sums.push(sumsOf(event));
    if (source) this.#check(event, index, source);
    else this.#early.push([event, index]);
  }

  /** After the head. */
  finish(head: ManifestHead, accounts: Accounts): void {
    for (const [event, index] of this.#early) this.#check(event, index, head.source);
    this.#early = [];
    for (const { where, id, uris } of this.#media)
      if (!accounts.holdsBeside(uris)) this.#faults.add("media_unlisted", where, id);
  }

  /** Is this event in the state, too, and another one there? An event may be redacted while a room is read. */
  contradicts(event: BundleEvent): boolean {
    const sums = this.#sums[this.#ids.get(event.event_id) ?? -1];
    if (!sums) return false;
    const [identity, content] = sumsOf(event);
    return identity !== sums[0] || (content !== 0 && sums[1] !== 0 && content !== sums[1]);
  }

  #check(event: BundleEvent, index: number, source: Source): void {
    const where = `/state/${index}`;
    const found = authorFault(event, source);
    if (found) this.#faults.add(found, where, event.event_id);
    if (isRedactedByAnother(event)) this.#faults.add("redaction_inconsistent", where, event.event_id);
    const uris = carriedMedia(event, source);
    if (uris.length > 0) this.#media.push({ where, id: event.event_id, uris });
  }
}

function sumsOf({ type, state_key, sender, origin_server_ts, content, unsigned }: BundleEvent): [number, number] {
  const identity = crc32(JSON.stringify([type, state_key ?? null, sender, origin_server_ts]));
  return [identity, unsigned?.["redacted_because"] === undefined ? crc32(canonicalJson(content)) || 1 : 0];
}
