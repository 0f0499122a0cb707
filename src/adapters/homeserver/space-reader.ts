import { isObject, member, objectMember, stringMember, type JsonValue } from "../../matrix/json.ts";
import type { HierarchyRoom, SpaceChildEvent, SpaceReader } from "../../ports/homeserver/space-reader.ts";
import { arrayOf, objectOf } from "./answers.ts";
import { pathV1, type HomeserverClient } from "./client.ts";
import { joinedRooms } from "./room-calls.ts";

/** The most that Synapse gives at once. */
const PAGE = 50;
/** Rooms of other servers may have to be asked for there first. */
const PAGE_TIMEOUT_MS = 60_000;

/** Spaces as the client's user sees them. */
export function spaceReader(client: HomeserverClient): SpaceReader {
  return {
    async hierarchy(roomId, atMost) {
      const target = pathV1`/rooms/${roomId}/hierarchy`;
      // a space that lists itself, or a homeserver that begins anew, gives a room twice
      const found = new Map<string, HierarchyRoom>();
      let from: string | undefined;
      do {
        const query = { limit: PAGE, from };
        const call = { method: "GET", path: target, query, timeoutMs: PAGE_TIMEOUT_MS } as const;
        const answer = objectOf(call, await client.call(call));
        for (const entry of arrayOf(call, answer, "rooms")) {
          const room = hierarchyRoom(entry);
          if (room && !found.has(room.room_id)) found.set(room.room_id, room);
        }
        const next = stringMember(answer, "next_batch");
        from = next === from ? undefined : next;
      } while (from !== undefined && found.size < atMost);
      return [...found.values()].slice(0, atMost);
    },
    joinedRoomIds: () => joinedRooms(client),
  };
}

function hierarchyRoom(entry: JsonValue): HierarchyRoom | undefined {
  const room_id = stringMember(entry, "room_id");
  if (room_id === undefined) return undefined;
  const events = member(entry, "children_state");
  return {
    room_id,
    type: stringMember(entry, "room_type") ?? null,
    children: (Array.isArray(events) ? events : []).flatMap(childEvent),
  };
}

function childEvent(event: JsonValue): SpaceChildEvent[] {
  const type = stringMember(event, "type");
  const state_key = stringMember(event, "state_key");
  const content = objectMember(event, "content");
  const sent = isObject(event) ? event["origin_server_ts"] : undefined;
  if (type !== "m.space.child" || state_key === undefined || content === undefined) return [];
  if (!Array.isArray(member(content, "via"))) return [];
  return [{ type, state_key, content, origin_server_ts: typeof sent === "number" ? sent : 0 }];
}
