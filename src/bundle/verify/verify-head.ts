import { parseMxc, serverOf } from "../../matrix/ids.ts";
import { IMPORTED_SENDER } from "../../matrix/names.ts";
import { sinceBundle } from "../bookmark.ts";
import type { ManifestHead } from "../manifest/manifest.ts";
import type { Accounts } from "./accounts.ts";
import type { FaultList } from "./fault-list.ts";

/** Holds the parts of a manifest's head against each other. */
export function verifyHead(head: ManifestHead, accounts: Accounts, faults: FaultList): void {
  const { counts, room, coverage } = head;
  const seen = new Set<string>();
  let bytes = 0;
  for (const [sha256, { size, uris }] of head.media) {
    bytes += size;
    const own = new Set(uris);
    if ([...own].some((uri) => seen.has(uri))) faults.add("media_uri_duplicate", `media/${sha256}`);
    for (const uri of own) seen.add(uri);
  }
  verifySenders(head, accounts, faults);
  const isHeld = (uri: string | null): boolean => uri === null || !parseMxc(uri) || accounts.holdsBeside([uri]);
  if (!isHeld(room.avatar)) faults.add("media_unlisted", "/room");
  const since = sinceBundle(coverage);
  const increments = coverage.limits.filter(({ kind }) => kind === "since_bundle").length;
  // what changed is among the events of the earlier bundle
  if (increments > 1 || (since && since.changed > since.events)) faults.add("increment_inconsistent", "/coverage");
  const mismatch = (name: string): void => faults.add("counts_mismatch", `/counts/${name}`);
  if (counts.senders !== head.senders.size) mismatch("senders");
  if (counts.media_files !== head.media.size) mismatch("media_files");
  if (counts.media_bytes !== bytes) mismatch("media_bytes");
  if (counts.ledger !== head.ledger.length) mismatch("ledger");
}

function verifySenders({ senders, source }: ManifestHead, accounts: Accounts, faults: FaultList): void {
  let index = 0;
  for (const [userId, { avatar, foreign, [IMPORTED_SENDER]: block }] of senders) {
    const where = `/senders/${index}`;
    if (avatar && avatar.sha256 !== (accounts.fileOf(avatar.uri) ?? null)) faults.add("sender_avatar", where);
    const isOfElsewhere = serverOf(userId) !== source.server_name;
    if (block ? !foreign || block.user_id !== userId : foreign || isOfElsewhere)
      faults.add("sender_inconsistent", where);
    const uris = [avatar?.uri, block?.avatar].filter((uri) => uri !== undefined && uri !== null && parseMxc(uri));
    if (!accounts.holdsBeside(uris as string[])) faults.add("media_unlisted", where);
    index++;
  }
}
