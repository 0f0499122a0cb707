import type { ClientEvent } from "../../../matrix/event.ts";
import type { Authors } from "../authors.ts";
import type { MemberProfiles } from "../member-profiles.ts";
import { mediaOf } from "./referenced-media.ts";
import type { Tally } from "../tally.ts";

/**
 * Refers to the files of the current state and of the people, beside those of the events. An increment leaves those to the bundle
 * before it that this one holds, but for the avatars of its own senders. Gives the number of files that it leaves.
 */
export function referBeside(
  tally: Tally,
  { state, authors, profiles }: { state: readonly ClientEvent[]; authors: Authors; profiles: MemberProfiles },
): number {
  const left = new Set<string>();
  for (const event of state)
    for (const file of mediaOf(event, authors)) {
      if (tally.media.has(file.uri)) continue;
      if (tally.held.media.has(file.uri)) left.add(file.uri);
      else tally.refer(file, event.event_id);
    }
  const avatarsOf = (senders: Iterable<string>): string[] =>
    [...senders]
      .filter((sender) => sender !== authors.importer)
      .map((sender) => profiles.of(sender).avatar)
      .filter((avatar): avatar is string => avatar?.startsWith("mxc://") === true);
  for (const uri of avatarsOf(tally.senders)) if (!tally.media.has(uri)) tally.refer({ uri }, undefined);
  for (const uri of avatarsOf(tally.held.senders)) {
    if (tally.media.has(uri)) continue;
    if (tally.held.media.has(uri)) left.add(uri);
    else tally.refer({ uri }, undefined);
  }
  return [...left].filter((uri) => !tally.media.has(uri)).length;
}
