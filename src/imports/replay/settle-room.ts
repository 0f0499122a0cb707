import { isPart } from "../../bundle/coverage.ts";
import type { Bundle } from "../../bundle/open-bundle.ts";
import type { LedgerEntry, ManifestHead } from "../../bundle/manifest/manifest.ts";
import { findState } from "../../matrix/event.ts";
import { sameJson, setMember, stringMember, type JsonObject } from "../../matrix/json.ts";
import { NOTICE } from "../../matrix/names.ts";
import { noticeContent } from "../../matrix/text/notice.ts";
import { isolated } from "../../matrix/text/text-direction.ts";
import { HomeserverError, type RoomWriter } from "../../ports/homeserver/homeserver.ts";
import type { ImportJournal } from "../../ports/import-journal.ts";
import { asShown } from "../plan/labels/author-name.ts";
import { knownLimits, limitWords } from "../plan/limit-words.ts";
import { isSendable } from "../plan/sendable.ts";
import { invitationReason } from "../../requests/standing.ts";
import type { Uploads } from "./files/uploads.ts";

/** The member of each that says it. */
const SETTLED = { "m.room.name": "name", "m.room.topic": "topic", "m.room.avatar": "url" } as const;
const SETTLED_TYPES = ["m.room.name", "m.room.topic", "m.room.avatar"] as const;

/**
 * Where name, topic and avatar do not stand as at the source after the replay (a slice, a redacted name), sets them. What the
 * homeserver refuses is a line in the report: the conversation is there. @param types which of them
 */
export async function settleState(
  writer: RoomWriter,
  roomId: string,
  { bundle, uploads, journal }: { bundle: Bundle; uploads: Uploads; journal: ImportJournal },
  types: readonly (keyof typeof SETTLED)[] = SETTLED_TYPES,
): Promise<void> {
  for (const type of types) {
    const key = SETTLED[type];
    const wanted = await wantedContent(bundle.head, type, key, uploads);
    const now = await writer.stateEvent(roomId, type, "");
    if (sameJson(now?.content[key] ?? "", wanted[key] ?? "")) continue;
    const message = `The homeserver does not take the source's ${type} as the room's own.`;
    await orLedger(journal, { code: "state_refused", message }, async () => {
      if (!isSendable(wanted)) throw new HomeserverError(400, "M_BAD_JSON", "homeservers refuse this content");
      await writer.sendState(roomId, type, "", wanted);
    });
  }
}

/** Does something that the import can do without: a refusal is put into the report. */
async function orLedger(journal: ImportJournal, entry: LedgerEntry, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof HomeserverError)) throw error;
    if (!error.isAbsentOrForbidden && ![400, 413, 500].includes(error.status)) throw error;
    await journal.addLedger({ ...entry, message: `${entry.message} (${String(error.status)} ${error.errcode})` });
  }
}

async function wantedContent(head: ManifestHead, type: string, key: string, uploads: Uploads): Promise<JsonObject> {
  const source = findState(head.state, type)?.content;
  const value = stringMember(source, key);
  const wanted: JsonObject = {};
  if (value === undefined) return wanted;
  setMember(wanted, key, type === "m.room.avatar" ? ((await uploads.newUri(value)) ?? value) : value);
  return wanted;
}

/**
 * Says in a room that it holds a part only. A whole conversation gets no such notice: the room holds what the original held.
 * `earlier`: what the notice of an earlier import of the same conversation said, for that one is left out
 */
export async function noteSlice(
  writer: RoomWriter,
  roomId: string,
  jobId: string,
  { coverage }: Pick<ManifestHead, "coverage">,
  earlier: JsonObject | undefined,
): Promise<void> {
  if (!isPart(coverage) && !earlier) return;
  const before = earlier ? knownLimits(earlier["limits"]) : [];
  const limits = [...before, ...coverage.limits.filter((limit) => !before.some((known) => sameJson(known, limit)))];
  const parts = [...new Set(limits.map(limitWords))].join("; ") || "which part is not said";
  const body = `This room holds a part of the conversation it was imported from: ${parts}.`;
  const notice = { limits: limits.map((limit) => ({ ...limit })) };
  const content = { ...noticeContent(body), [NOTICE]: notice, do_not_index: true };
  await writer.send(roomId, "m.room.message", `${jobId}.slice`, content);
}

/** Invites the importing user, and says to what and, where it was somebody else, who asked for it; last of all, so that the replay rings no phone. Safe to repeat. */
export async function inviteImporter(
  writer: RoomWriter,
  roomId: string,
  userId: string,
  head: Pick<ManifestHead, "room" | "source" | "exported_at">,
  askedBy = userId,
): Promise<void> {
  const member = await writer.stateEvent(roomId, "m.room.member", userId);
  const membership = stringMember(member?.content, "membership");
  if (membership === "invite" || membership === "join") return;
  await writer.invite(
    roomId,
    userId,
    askedBy === userId ? invitationWords(head) : `${invitationWords(head)} ${invitationReason(askedBy, userId)}.`,
  );
}

/** What the room is, and where it came from: clients show the reason of an invitation before one joins. */
function invitationWords({ room, source, exported_at }: Parameters<typeof inviteImporter>[3]): string {
  const name = isolated(asShown(room.name ?? "") || asShown(source.room_id));
  const from = isolated(asShown(source.server_name));
  return `Imported history: “${name}” from ${from}, as of ${exported_at.slice(0, 10)}. One user sends it all; each message names its author.`;
}

/** Puts the room into its workspace (`m.space.child`). Where the service user may not any more, the report says so. */
export async function joinWorkspace(
  writer: RoomWriter,
  roomId: string,
  workspace: { room_id: string; via: string[] },
  journal: ImportJournal,
): Promise<void> {
  const message = "The service user may not add the room to the workspace; add it there yourself.";
  await orLedger(journal, { code: "workspace_refused", message }, () =>
    writer.sendState(workspace.room_id, "m.space.child", roomId, { via: workspace.via }),
  );
}
