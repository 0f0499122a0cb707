import { randomUUID } from "node:crypto";
import type { JsonObject } from "../../../matrix/json.ts";
import { PROBE } from "../../../matrix/names.ts";
import { HomeserverError } from "../../../ports/homeserver/homeserver.ts";
import type { ProbeRoom } from "../../../ports/homeserver/homeserver-probe.ts";
import { stringOf } from "../answers.ts";
import { path, type HomeserverClient } from "../client.ts";
import { createRoom, forgetRoom, leaveRoom } from "../room-calls.ts";
import { unserved, type Capability, type Findings } from "./findings.ts";
import { adminFailed } from "./side-calls.ts";

/** What only a room shows. */
const BY_ROOM: readonly Capability[] = [
  "state_event_ids",
  "dated_events",
  "dated_state",
  "redaction",
  "bundled_edits",
  "page_limit",
  "forget",
];

/** State events that fill the room, so that a page of the timeline that is small shows: one more than Dendrite gives at once. */
const FILLING = 101;

/** A room for the probe, which nobody but its maker is in or is asked into. @param version undefined: the homeserver's default */
async function makeProbeRoom(client: HomeserverClient, version: string | undefined): Promise<string> {
  const filling = Array.from({ length: FILLING }, (_, index): JsonObject => {
    return { type: PROBE, state_key: String(index), content: {} };
  });
  return await createRoom(client, {
    preset: "private_chat",
    creation_content: { [PROBE]: true, "m.federate": false },
    initial_state: filling,
    ...(version !== undefined && { room_version: version }),
  });
}

export interface RoomTrialParts {
  client: HomeserverClient;
  /** for the end, also where the probe was broken off: with a time limit of its own */
  leaving: () => HomeserverClient;
  /** with the token of an administrator, where Dendrite's admin API is to be tried */
  otherAdmin: () => Promise<HomeserverClient | undefined>;
  roomVersion: string | undefined;
  room: ProbeRoom;
}

/** Makes a room, tries things out in it, and leaves and forgets it whatever happens. */
export async function tryInRoom(
  { client, leaving, otherAdmin, roomVersion, room }: RoomTrialParts,
  found: Findings,
  act: (roomId: string) => Promise<void>,
): Promise<void> {
  await room.begin();
  let roomId: string;
  try {
    roomId = await makeProbeRoom(client, roomVersion);
  } catch (error) {
    // whether there is a room is not known, and looked into by the next probe
    found.failed(BY_ROOM, "POST …/createRoom", error);
    return;
  }
  try {
    await room.made(roomId);
    await act(roomId);
  } finally {
    await leaveProbeRoom(leaving(), otherAdmin, roomId, room, found);
  }
}

async function leaveProbeRoom(
  client: HomeserverClient,
  otherAdmin: RoomTrialParts["otherAdmin"],
  roomId: string,
  room: ProbeRoom,
  found: Findings,
): Promise<void> {
  try {
    await leaveRoom(client, roomId);
    await room.gone();
  } catch (error) {
    found.failed(["forget"], "POST …/leave", error);
    return;
  }
  const admin = await otherAdmin();
  if (admin) await tryDendriteAdmin(admin, found);
  try {
    await forgetRoom(client, roomId);
    found.found("forget", true);
  } catch (error) {
    found.failed(["forget"], "POST …/forget", error);
    if (error instanceof HomeserverError && error.isUnknownEndpoint)
      found.found("forget", false, unserved("/forget", error));
  }
}

/**
 * Dendrite's admin API, by a list of which nothing is kept. The probe's room is not purged: Dendrite 0.15 ends with a panic, at each start
 * anew, where the leaving has not reached all of its parts by then.
 */
async function tryDendriteAdmin(admin: HomeserverClient, found: Findings): Promise<void> {
  try {
    await admin.call({ method: "GET", path: "/_dendrite/admin/registrationTokens" });
    found.found("admin_api", "dendrite");
  } catch (error) {
    adminFailed("GET /_dendrite/admin/registrationTokens", error, found);
  }
}

/** Calls that write into the probe's room. */
export interface ProbeWriter {
  /** `PUT …/send?ts=`. Gives the event's id. */
  send(type: string, content: JsonObject, ts: number): Promise<string>;
  /** `PUT …/state?ts=`, with an empty state key. Gives the event's id. */
  sendState(type: string, content: JsonObject, ts: number): Promise<string>;
  /** `PUT …/redact` */
  redact(eventId: string): Promise<void>;
}

export function probeWriter(client: HomeserverClient, roomId: string): ProbeWriter {
  const put = async (target: string, body: JsonObject, ts?: number): Promise<string> => {
    const call = { method: "PUT", path: target, query: { ts }, body } as const;
    return stringOf(call, await client.call(call), "event_id");
  };
  return {
    send: (type, content, ts) => put(path`/rooms/${roomId}/send/${type}/${randomUUID()}`, content, ts),
    sendState: (type, content, ts) => put(path`/rooms/${roomId}/state/${type}/`, content, ts),
    async redact(eventId) {
      await put(path`/rooms/${roomId}/redact/${eventId}/${randomUUID()}`, {});
    },
  };
}
