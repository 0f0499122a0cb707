import { PROBE } from "../../../matrix/names.ts";
import { member } from "../../../matrix/json.ts";
import { HomeserverError } from "../../../ports/homeserver/homeserver.ts";
import { path, type HomeserverClient } from "../client.ts";
import { forgetRoom, joinedRooms, leaveRoom } from "../room-calls.ts";

/** Rooms that are looked at side by side. */
const WIDTH = 10;

/** Leaves and forgets the room of a probe that was cut short. @param roomId null: it is looked for. @throws HomeserverError */
export async function leaveLeftRooms(client: HomeserverClient, roomId: string | null): Promise<void> {
  for (const left of roomId === null ? await probeRooms(client) : [roomId]) {
    await unlessGone(leaveRoom(client, left));
    // a room that was left is not seen any more, also where this address does not serve forgetting
    await unlessGone(forgetRoom(client, left), "or unserved");
  }
}

/** Rooms that the client's user is in and that bear the mark of a probe. */
async function probeRooms(client: HomeserverClient): Promise<string[]> {
  const rooms = await joinedRooms(client);
  const found: string[] = [];
  for (let start = 0; start < rooms.length; start += WIDTH) {
    const some = rooms.slice(start, start + WIDTH);
    const marked = await Promise.all(some.map((roomId) => unlessGone(isProbeRoom(client, roomId))));
    found.push(...some.filter((_, at) => marked[at] === true));
  }
  return found;
}

/** Only the service user can have put the mark there: it alone makes rooms that it is in from the beginning. */
async function isProbeRoom(client: HomeserverClient, roomId: string): Promise<boolean> {
  const target = path`/rooms/${roomId}/state/m.room.create/`;
  const answer = await client.call({ method: "GET", path: target, query: { format: "event" } });
  return member(answer, "sender") === client.userId && member(member(answer, "content"), PROBE) === true;
}

/** undefined: the service user is not in the room any more */
async function unlessGone<T>(act: Promise<T>, or?: "or unserved"): Promise<T | undefined> {
  try {
    return await act;
  } catch (error) {
    if (!(error instanceof HomeserverError)) throw error;
    // Synapse's 404 for a room that it does not know has no errcode of its own
    const isGone = error.isAbsentOrForbidden || (error.isUnknownEndpoint && error.errcode !== "M_UNRECOGNIZED");
    if (isGone || (or !== undefined && error.isUnknownEndpoint)) return undefined;
    throw error;
  }
}
