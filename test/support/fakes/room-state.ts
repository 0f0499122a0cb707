import type { ClientEvent } from "../../../src/matrix/event.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { HomeserverError, type RoomReader } from "../../../src/ports/homeserver/homeserver.ts";

/** A room's state, read by somebody who may see it. */
export function fakeReader(userId: string, rooms: Record<string, ClientEvent[]>): RoomReader {
  const stateOf = (roomId: string): ClientEvent[] => {
    const state = rooms[roomId];
    const own = state?.find((event) => event.type === "m.room.member" && event.state_key === userId);
    if (!state || !own) throw new HomeserverError(403, "M_FORBIDDEN", "not in room");
    return state;
  };
  return {
    userId,
    messages: async () => ({ chunk: [] }),
    state: async (roomId) => stateOf(roomId),
    stateEvent: async (roomId, type, key) =>
      stateOf(roomId).find((event) => event.type === type && event.state_key === key),
    ignoredUsers: async () => [],
    threadMessages: async () => [],
  };
}

let events = 0;

export function stateEvent(type: string, key: string, content: JsonObject, sender = "@ann:x"): ClientEvent {
  return { event_id: `$${++events}`, type, state_key: key, sender, origin_server_ts: 0, content };
}

export function membership(userId: string, value: string): ClientEvent {
  return stateEvent("m.room.member", userId, { membership: value });
}
