import type { ManifestHead } from "../../bundle/manifest.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { stringMember, type JsonObject } from "../../matrix/json.ts";
import { IMPORTED, POLICY } from "../../matrix/names.ts";
import type { RoomPolicy } from "../../policy/room-policy.ts";
import { HomeserverError, type RoomWriter } from "../../ports/homeserver.ts";
import type { ImportJournal } from "../../ports/import-journal.ts";
import type { SignedBy } from "../signed-by.ts";

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
}

/** Rooms that are looked at side by side when one has to be found again. */
const SEARCH_WIDTH = 10;
/** Attempts at making a room while the homeserver fails. */
const CREATIONS = 5;
/** Waits before each search for a room that may be in the making, in milliseconds: making one takes well under a second. */
const SEARCH_AFTER_MS = [250, 750, 2000];

/**
 * The room to fill: the one in the journal, one that an interrupted run made without noting it down, or a new one.
 * @throws HomeserverError
 */
export async function ensureRoom(
  writer: RoomWriter,
  journal: ImportJournal,
  room: NewRoom,
  signal: AbortSignal,
): Promise<string> {
  const known = await journal.room();
  if (known !== undefined) return known;
  // Creating a room cannot be repeated safely: from here on a lost answer may mean that there is one.
  const started = await journal.beginRoom();
  const found = started ? await soonFound(writer, room.jobId, signal) : undefined;
  const roomId = found ?? (await create(writer, room, signal));
  await journal.setRoom(roomId);
  return roomId;
}

async function create(writer: RoomWriter, room: NewRoom, signal: AbortSignal): Promise<string> {
  for (let tries = 1; ; tries++) {
    try {
      return await writer.createRoom(createOptions(writer.userId, room));
    } catch (error) {
      const answered = error instanceof HomeserverError && error.status !== 0 && error.status < 500;
      if (answered || !(error instanceof HomeserverError) || tries === CREATIONS) throw error;
    }
    const found = await soonFound(writer, room.jobId, signal);
    if (found !== undefined) return found;
  }
}

/** A call whose answer was lost may still be making the room: it is looked for a while before another one is made. */
async function soonFound(writer: RoomWriter, jobId: string, signal: AbortSignal): Promise<string | undefined> {
  for (const wait of SEARCH_AFTER_MS) {
    await sleep(wait, undefined, { signal });
    const found = await findRoom(writer, jobId);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The room that bears the mark of this job, if the service user is in it. */
export async function findRoom(writer: RoomWriter, jobId: string): Promise<string | undefined> {
  const rooms = await writer.joinedRooms();
  for (let start = 0; start < rooms.length; start += SEARCH_WIDTH) {
    const some = rooms.slice(start, start + SEARCH_WIDTH);
    const marks = await Promise.all(some.map((roomId) => writer.stateEvent(roomId, IMPORTED, "")));
    const at = marks.findIndex(
      (mark) => mark?.sender === writer.userId && stringMember(mark.content, "job_id") === jobId,
    );
    if (at >= 0) return some[at];
  }
  return undefined;
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
      state(IMPORTED, {
        source: { ...head.source },
        bundle_sha256: room.bundleSha256,
        ...(room.signedBy && { signed_by: { ...room.signedBy } }),
        exported_at: head.exported_at,
        imported_by: room.importingUser,
        imported_at: room.importedAt,
        coverage: { complete: head.coverage.complete, limits: head.coverage.limits.map((limit) => ({ ...limit })) },
        job_id: room.jobId,
      }),
      state(POLICY, { ...importedRoomPolicy(room.parent) }),
    ],
  };
  if (Number(room.roomVersion) >= 12) options["creation_content"] = { additional_creators: [room.importingUser] };
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
