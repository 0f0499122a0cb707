import { coverageJson } from "../../bundle/coverage.ts";
import type { ManifestHead } from "../../bundle/manifest/manifest.ts";
import { setMember, stringMember, type JsonObject } from "../../matrix/json.ts";
import { CREATION, IMPORTED, POLICY } from "../../matrix/names.ts";
import type { RoomPolicy } from "../../policy/room-policy.ts";
import { HomeserverError, type RoomWriter } from "../../ports/homeserver/homeserver.ts";
import type { ImportJournal } from "../../ports/import-journal.ts";
import type { Timer } from "../../ports/timer.ts";
import type { SignedBy } from "../../requests/signed-by.ts";
import { findMarked, hasState, makeOnce, type Making } from "../../requests/make-once.ts";

export interface NewRoom {
  jobId: string;
  head: ManifestHead;
  /** SHA-256 of the ZIP */
  bundleSha256: string;
  /** undefined where it is not signed */
  signedBy: SignedBy | undefined;
  importingUser: string;
  /** RFC 3339, UTC */
  importedAt: string;
  roomVersion: string;
  /** room id of the space it will join */
  parent: string | null;
  /** room id of the new room that it takes the place of */
  predecessor?: string | undefined;
  /** ids of rooms of the source that it took the place of and is one with, oldest first */
  joins?: readonly string[] | undefined;
  /** is it to be an encrypted room? */
  encrypted?: boolean;
}

/** The state, beside its mark, of a room that was made to the end. */
const WHOLE: readonly string[] = ["m.room.power_levels", "m.room.history_visibility", "m.room.guest_access", POLICY];

/**
 * The room to fill: the one in the journal, one that an interrupted run made without noting it down, or a new one.
 * @throws HomeserverError
 */
export async function ensureRoom(
  writer: RoomWriter,
  journal: ImportJournal,
  room: NewRoom,
  signal: AbortSignal,
  timer?: Timer,
): Promise<string> {
  const known = await journal.room();
  if (known !== undefined) return known;
  // from here on a lost answer may mean that there is one
  const begun = await journal.beginRoom();
  const making = {
    begun,
    create: () => writer.createRoom(createOptions(writer.userId, room)),
    stageOf: stageOf(writer, room.jobId),
  };
  const roomId = await makeOnce(writer, making, signal, timer);
  await journal.setRoom(roomId);
  return roomId;
}

/** All rooms that bear the mark of this job and that the service user is in, also unfinished ones. */
export async function findRooms(writer: RoomWriter, jobId: string): Promise<string[]> {
  return [...(await findMarked(writer, stageOf(writer, jobId))).keys()];
}

function stageOf(writer: RoomWriter, jobId: string): Making["stageOf"] {
  return async (roomId) => {
    const mark = await writer.stateEvent(roomId, IMPORTED, "");
    if (mark?.sender === writer.userId && stringMember(mark.content, "job_id") === jobId)
      return (await hasState(writer, roomId, WHOLE)) ? "whole" : "unfinished";
    const create = await writer.stateEvent(roomId, "m.room.create", "");
    const isMarked = create?.sender === writer.userId && stringMember(create.content, CREATION) === jobId;
    return isMarked ? "unfinished" : undefined;
  };
}

/**
 * `POST /createRoom`: invite-only, history for all members, the importing user with every right (from room version 12 on as an
 * additional creator: creators must not stand in the power levels), and not yet in the room.
 */
function createOptions(serviceUser: string, room: NewRoom): JsonObject {
  const { head } = room;
  const state = (type: string, content: JsonObject): JsonObject => ({ type, state_key: "", content });
  const options: JsonObject = {
    preset: "private_chat",
    visibility: "private",
    room_version: room.roomVersion,
    initial_state: [
      state("m.room.history_visibility", { history_visibility: "shared" }),
      state("m.room.guest_access", { guest_access: "forbidden" }),
      ...(room.encrypted ? [state("m.room.encryption", { algorithm: "m.megolm.v1.aes-sha2" })] : []),
      state(IMPORTED, {
        source: { ...head.source },
        ...(room.joins && room.joins.length > 0 && { source_predecessors: [...room.joins] }),
        bundle_sha256: room.bundleSha256,
        ...(room.signedBy && { signed_by: { ...room.signedBy } }),
        exported_at: head.exported_at,
        imported_by: room.importingUser,
        imported_at: room.importedAt,
        coverage: coverageJson(head.coverage),
        job_id: room.jobId,
      }),
      state(POLICY, { ...importedRoomPolicy(room.parent) }),
    ],
  };
  // a space stays one; its rooms are in other bundles, and those that it listed stand in wrappers
  const creation: JsonObject = head.room.type === "space" ? { type: "m.space" } : {};
  // the other mark comes late: it is in what the homeserver stores last
  setMember(creation, CREATION, room.jobId);
  if (room.predecessor !== undefined) creation["predecessor"] = { room_id: room.predecessor };
  options["creation_content"] = creation;
  if (Number(room.roomVersion) >= 12) creation["additional_creators"] = [room.importingUser];
  else options["power_level_content_override"] = { users: { [serviceUser]: 100, [room.importingUser]: 100 } };
  return options;
}

/** The rules of an imported room: an ordinary private one that indexers leave alone. @param parent room id of the space it joins */
export function importedRoomPolicy(parent: string | null): RoomPolicy {
  return {
    room_type: "group",
    scope_kind: "normal",
    visibility: "private",
    read_role_slugs: [],
    do_not_index: true,
    auto_close_on_leave: false,
    parent,
  };
}

/** Display name of the service user in imported rooms, for clients that show the sender beside the label. */
const DISPLAY_NAME = "Imported history";

/** What the service user is called in the room. Safe to repeat. */
export async function introduceServiceUser(
  writer: RoomWriter,
  roomId: string,
  avatar: string | undefined,
): Promise<void> {
  const now = await writer.stateEvent(roomId, "m.room.member", writer.userId);
  if (stringMember(now?.content, "displayname") === DISPLAY_NAME) return;
  const content: JsonObject = { membership: "join", displayname: DISPLAY_NAME };
  if (avatar !== undefined) content["avatar_url"] = avatar;
  await writer.sendState(roomId, "m.room.member", writer.userId, content);
}

/** @throws Error where the homeserver turned encryption on by itself: what is replayed must be readable */
export async function assertUnencrypted(writer: RoomWriter, roomId: string): Promise<void> {
  const encryption = await writer.stateEvent(roomId, "m.room.encryption", "");
  if (!encryption || Object.keys(encryption.content).length === 0) return;
  throw new HomeserverError(
    400,
    "M_BAD_STATE",
    "The homeserver encrypts every new room (encryption_enabled_by_default_for_room_type); an import cannot fill such a room.",
  );
}
