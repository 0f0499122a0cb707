import { FORMAT, FORMAT_VERSION } from "../../bundle/manifest/manifest.ts";
import type { BundleEvent, CoverageLimit, ManifestHead, ManifestRoom, Sender } from "../../bundle/manifest/manifest.ts";
import { serverOf } from "../../matrix/ids.ts";
import { stringMember } from "../../matrix/json.ts";
import { IMPORTED_SENDER } from "../../matrix/names.ts";
import type { Conversation } from "./conversation.ts";

/** Everything of a manifest but the events. `exporter`: a user id; `now`: milliseconds since the epoch. */
export function manifestOf(
  conversation: Conversation,
  { generator, exporter, now }: { generator: string; exporter: string; now: number },
): ManifestHead {
  const { ids, about, byType, shelf, ledger } = conversation;
  const senders = sendersOf(conversation);
  const entries = ledger.entries;
  const lacksFiles = shelf.media.size === 0 && entries.some(({ code }) => code === "media_not_in_export");
  const limits: CoverageLimit[] = [...about.limits, ...(lacksFiles ? [{ kind: "media" as const }] : [])];
  return {
    format: FORMAT,
    format_version: FORMAT_VERSION,
    generator,
    exported_at: new Date(now).toISOString(),
    exported_by: exporter,
    source: { server_name: ids.server, room_id: ids.roomId },
    room: roomOf(conversation),
    coverage: { complete: limits.length === 0, limits },
    counts: {
      events: [...byType.values()].reduce((sum, count) => sum + count, 0),
      by_type: Object.fromEntries(byType),
      senders: senders.size,
      media_files: shelf.media.size,
      media_bytes: [...shelf.media.values()].reduce((sum, { size }) => sum + size, 0),
      ledger: entries.length,
    },
    senders,
    media: new Map([...shelf.media].map(([sha256, entry]) => [sha256, { ...entry, uris: entry.uris.toSorted() }])),
    ledger: entries,
    state: [...conversation.state.values()].sort(
      (a, b) => compare(a.type, b.type) || compare(a.state_key ?? "", b.state_key ?? ""),
    ),
  };
}

function roomOf({ about, state }: Conversation): ManifestRoom {
  const event = (type: string): BundleEvent | undefined => state.get(JSON.stringify([type, ""]));
  const text = (type: string, key: string): string | null => stringMember(event(type)?.content, key) ?? null;
  const create = event("m.room.create");
  const isSpace = stringMember(create?.content, "type") === "m.space";
  return {
    name: about.name ?? text("m.room.name", "name"),
    topic: about.topic ?? text("m.room.topic", "topic"),
    avatar: text("m.room.avatar", "url"),
    type: isSpace ? "space" : about.type,
    scope: { scope_kind: "normal" },
    visibility: text("m.room.join_rules", "join_rule") === "public" ? "public" : "private",
    created_at: create?.origin_server_ts ?? null,
    creator: create?.sender ?? null,
    ...(about.importedBy !== undefined && { imported_by: about.importedBy }),
    room_version: create ? (stringMember(create.content, "room_version") ?? "1") : "unknown",
  };
}

function sendersOf({ people, ids, shelf }: Conversation): Map<string, Sender> {
  const senders = new Map<string, Sender>();
  for (const [userId, { display_name, avatar, speaks }] of people.all) {
    if (!speaks) continue;
    const picture = avatar === null ? null : { uri: avatar, sha256: shelf.sha256Of(avatar) ?? null };
    const foreign = serverOf(userId) !== ids.server;
    const block = foreign && { [IMPORTED_SENDER]: { user_id: userId, display_name, avatar } };
    senders.set(userId, { display_name, avatar: picture, foreign, ...block });
  }
  return senders;
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
