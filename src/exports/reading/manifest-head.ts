import { coverageOf } from "../../bundle/coverage.ts";
import {
  brokenOriginEntry,
  encryptedEntries,
  lostOriginEntry,
  serviceAvatarEntries,
} from "../../bundle/manifest/ledger-entries.ts";
import { FORMAT, FORMAT_VERSION, type ImportedSender } from "../../bundle/manifest/manifest.ts";
import type {
  BundleEvent,
  Coverage,
  CoverageLimit,
  LedgerEntry,
  ManifestHead,
  ManifestRoom,
  Sender,
} from "../../bundle/manifest/manifest.ts";
import type { ClientEvent } from "../../matrix/event.ts";
import { stringMember } from "../../matrix/json.ts";
import { IMPORTED_SENDER } from "../../matrix/names.ts";
import { roomFacts } from "../../policy/room-facts.ts";
import type { ExportOptions } from "../options.ts";
import type { Authors } from "./authors.ts";
import { bundleEvent } from "./bundle-event.ts";
import type { MediaInventory } from "./media/media-inventory.ts";
import type { MemberProfiles } from "./member-profiles.ts";
import type { CollectedTimeline } from "./timeline-collector.ts";

export interface HeadParts {
  generator: string;
  /** milliseconds since the epoch */
  exportedAt: number;
  exportedBy: string;
  roomId: string;
  serverName: string;
  state: readonly ClientEvent[];
  timeline: CollectedTimeline;
  inventory: MediaInventory;
  /** users whose events are kept from the reader */
  excluded: readonly string[];
  /** the bot, whose messages `without_bot` leaves out */
  serviceUser: string;
  /** how many files of its state and people an increment leaves to the bundle before it */
  filesHeldEarlier: number;
  options: ExportOptions;
  authors: Authors;
  profiles: MemberProfiles;
}

/** Everything of a manifest but the events; nothing in it depends on when or by whom it was exported, but for `exported_*`. */
export function manifestHead(parts: HeadParts): ManifestHead {
  const { state, timeline, inventory, authors } = parts;
  const { tally } = timeline;
  const senders = sendersOf(parts);
  const ledger = [
    ...tally.malformed,
    ...encryptedEntries(tally.encrypted),
    ...tally.lostOrigins.map(lostOriginEntry),
    ...tally.brokenOrigins.map(brokenOriginEntry),
    ...serviceAvatars(parts),
    ...inventory.ledger,
    ...filesHeldEarlier(parts.filesHeldEarlier),
  ];
  return {
    format: FORMAT,
    format_version: FORMAT_VERSION,
    generator: parts.generator,
    exported_at: new Date(parts.exportedAt).toISOString(),
    exported_by: parts.exportedBy,
    source: { server_name: parts.serverName, room_id: parts.roomId },
    room: manifestRoom(parts),
    coverage: coverage(parts),
    counts: {
      events: tally.events,
      by_type: Object.fromEntries(tally.byType),
      senders: senders.size,
      media_files: inventory.media.size,
      media_bytes: [...inventory.media.values()].reduce((sum, { size }) => sum + size, 0),
      ledger: ledger.length,
    },
    senders,
    media: inventory.media,
    ledger,
    state: stateOf(state, authors),
  };
}

function manifestRoom({ state, serverName, timeline, authors }: HeadParts): ManifestRoom {
  const facts = roomFacts(state, serverName);
  const imported = authors.importer === undefined ? {} : { imported_by: authors.importer };
  const there = (event: ClientEvent): boolean =>
    event.type === "m.room.member" && ["join", "invite"].includes(stringMember(event.content, "membership") ?? "");
  const isDirect = facts.type === "group" && timeline.direct && state.filter(there).length <= 2;
  return { ...facts, ...imported, ...(isDirect && { type: "direct" }) };
}

function coverage({ timeline: { limitedBy, tally }, excluded, serviceUser, options }: HeadParts): Coverage {
  const {
    since,
    until,
    senders,
    without = [],
    without_bot: withoutBot,
    thread,
    since_bundle: sinceBundle,
    media,
  } = options;
  const limits: CoverageLimit[] = limitedBy.map((userId) => ({ kind: "visibility", user_id: userId }));
  const leftOut = [...new Set([...excluded, ...without, ...(withoutBot ? [serviceUser] : [])])].sort();
  if (leftOut.length > 0)
    limits.push({ kind: "senders", excluded: leftOut, ...(withoutBot && { commands_to: serviceUser }) });
  if (senders) limits.push({ kind: "senders", senders: [...new Set(senders)].sort() });
  if (thread !== undefined) limits.push({ kind: "thread", event_id: thread });
  if (since !== undefined || until !== undefined)
    limits.push({ kind: "date_range", ...(since !== undefined && { since }), ...(until !== undefined && { until }) });
  if (sinceBundle) limits.push({ kind: "since_bundle", ...sinceBundle, changed: tally.held.changed });
  if (!media) limits.push({ kind: "media" });
  return coverageOf(limits, tally.encrypted);
}

/** The senders of the events, and who really wrote them; of an increment also those of the events that are held already. */
function sendersOf({ timeline: { tally }, inventory, authors, profiles }: HeadParts): Map<string, Sender> {
  const senders = new Map<string, Sender>();
  const add = (
    userId: string,
    name: string | null,
    avatar: string | null,
    foreign: ImportedSender | undefined,
  ): void => {
    const picture = avatar === null ? null : { uri: avatar, sha256: inventory.sha256Of(avatar) ?? null };
    const block = foreign && { [IMPORTED_SENDER]: foreign };
    senders.set(userId, { display_name: name, avatar: picture, foreign: foreign !== undefined, ...block });
  };
  for (const author of tally.importedAuthors.values()) add(author.user_id, author.display_name, author.avatar, author);
  for (const userId of [...tally.held.senders, ...tally.senders]) {
    const { display_name, avatar } = profiles.of(userId);
    add(userId, display_name, avatar, authors.foreign(userId));
  }
  return senders;
}

function serviceAvatars({ timeline: { tally }, state, inventory, authors }: HeadParts): LedgerEntry[] {
  const now = state.flatMap((event) => authors.serviceAvatar(event) ?? []);
  return serviceAvatarEntries([...tally.serviceAvatars, ...now].filter((uri) => !inventory.sha256Of(uri)));
}

function filesHeldEarlier(files: number): LedgerEntry[] {
  if (files === 0) return [];
  const message = `${String(files)} ${files === 1 ? "file" : "files"} of the room's state and people ${files === 1 ? "is" : "are"} in the bundle that this one goes on from.`;
  return [{ code: "media_in_earlier_bundle", message }];
}

function stateOf(state: readonly ClientEvent[], authors: Authors): BundleEvent[] {
  const order = (a: ClientEvent, b: ClientEvent): number =>
    compare(a.type, b.type) || compare(a.state_key ?? "", b.state_key ?? "");
  return state.toSorted(order).map((event) => bundleEvent(event, authors.of(event)));
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
