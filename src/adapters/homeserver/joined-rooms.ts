import { randomUUID } from "node:crypto";
import { isObject, member, objectMember, stringMember, type JsonValue } from "../../matrix/json.ts";
import type { JoinedRoom } from "../../ports/homeserver/joined-room.ts";
import { objectOf, stringOf } from "./answers.ts";
import { path, type HomeserverClient } from "./client.ts";

/** Of each room what names it, and no more (client-server API, "Filtering"). */
const FILTER = {
  presence: { not_types: ["*"] },
  account_data: { not_types: ["*"] },
  room: {
    account_data: { not_types: ["*"] },
    ephemeral: { not_types: ["*"] },
    // the state is that before the timeline: what has just changed stands there
    timeline: { limit: 1 },
    state: {
      types: [
        ...["m.room.create", "m.room.name", "m.room.canonical_alias", "m.room.encryption", "m.room.avatar"],
        "m.space.child",
      ],
      lazy_load_members: true,
    },
  },
};

/** Every room that the client's user is joined to, in one call of the homeserver (`GET /sync`). @throws HomeserverError */
export async function joinedRoomsOf(client: HomeserverClient): Promise<JoinedRoom[]> {
  // a room that there is not: Synapse answers the same filter from its cache for minutes (`sync_response_cache_duration`)
  const filter = { ...FILTER, room: { ...FILTER.room, not_rooms: [`!${randomUUID()}:invalid`] } };
  const query = { filter: JSON.stringify(filter), timeout: 0, set_presence: "offline" };
  const call = { method: "GET", path: path`/sync`, query } as const;
  const answer = objectOf(call, await client.call(call));
  stringOf(call, answer, "next_batch");
  const joined = objectMember(objectMember(answer, "rooms"), "join") ?? {};
  return Object.entries(joined).map(([roomId, room]) => joinedRoom(roomId, room));
}

function joinedRoom(roomId: string, room: JsonValue | undefined): JoinedRoom {
  const events = [...eventsOf(room, "state"), ...eventsOf(room, "timeline")];
  const contentOf = (type: string): JsonValue | undefined =>
    member(
      events.findLast((event) => member(event, "type") === type && member(event, "state_key") === ""),
      "content",
    );
  const summary = objectMember(room, "summary");
  const members = member(summary, "m.joined_member_count");
  const heroes = member(summary, "m.heroes");
  const lastEventAt = member(eventsOf(room, "timeline").at(-1), "origin_server_ts");
  return {
    room_id: roomId,
    name: stringMember(contentOf("m.room.name"), "name") || null,
    alias: stringMember(contentOf("m.room.canonical_alias"), "alias") || null,
    type: stringMember(contentOf("m.room.create"), "type") ?? null,
    members: typeof members === "number" ? members : null,
    encrypted: contentOf("m.room.encryption") !== undefined,
    heroes: Array.isArray(heroes) ? heroes.filter((hero) => typeof hero === "string") : [],
    children: childrenOf(events),
    avatar_url: stringMember(contentOf("m.room.avatar"), "url") || null,
    last_event_at: Number.isSafeInteger(lastEventAt) ? (lastEventAt as number) : null,
  };
}

/** A child without `via` was taken out of the space (client-server API, "Managing rooms within a space"). */
function childrenOf(events: readonly JsonValue[]): string[] {
  const children = new Map<string, boolean>();
  for (const event of events) {
    const roomId = stringMember(event, "state_key");
    if (member(event, "type") === "m.space.child" && roomId !== undefined)
      children.set(roomId, Array.isArray(member(objectMember(event, "content"), "via")));
  }
  return [...children].filter(([, listed]) => listed).map(([roomId]) => roomId);
}

function eventsOf(room: JsonValue | undefined, part: "state" | "timeline"): JsonValue[] {
  const events = member(objectMember(room, part), "events");
  return Array.isArray(events) ? events.filter((event) => isObject(event)) : [];
}
