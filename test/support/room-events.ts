import type { ClientEvent } from "../../src/matrix/event.ts";
import type { JsonObject } from "../../src/matrix/json.ts";

let events = 0;

export function stateEvent(type: string, key: string, content: JsonObject, sender = "@ann:x"): ClientEvent {
  return { event_id: `$${++events}`, type, state_key: key, sender, origin_server_ts: 0, content };
}

export function membership(userId: string, value: string): ClientEvent {
  return stateEvent("m.room.member", userId, { membership: value });
}
