import { relationsOf, type RoomRelations } from "../../collections/relations.ts";
import type { ManifestHead } from "../../bundle/manifest/manifest.ts";
import { findState } from "../../matrix/event.ts";
import { member, stringMember } from "../../matrix/json.ts";

/** What is to be known of one room of a collection, to make it and to put it into its place. */
export interface SourceRoom extends RoomRelations {
  /** its place among the rooms that are made */
  part: number;
  /** in the source */
  roomId: string;
  head: Pick<ManifestHead, "room" | "source" | "exported_at">;
  /** that others call it by */
  aliases: string[];
  /** the room that took its place, and what the tombstone says */
  tombstone: { replacement: string; body: string } | undefined;
  /** the rooms that it took the place of and that become one with it, oldest first; mostly none */
  joins: readonly SourceRoom[];
}

/** The ids of what becomes one room, in the source. */
export function idsOfRoom({ roomId, joins }: Pick<SourceRoom, "roomId" | "joins">): string[] {
  return [...joins.map((each) => each.roomId), roomId];
}

export function sourceRoom(part: number, { room, source, exported_at, state }: ManifestHead): SourceRoom {
  const named = findState(state, "m.room.canonical_alias")?.content;
  const others = member(named, "alt_aliases");
  const aliases = [stringMember(named, "alias"), ...(Array.isArray(others) ? others : [])];
  const tombstone = findState(state, "m.room.tombstone")?.content;
  const replacement = stringMember(tombstone, "replacement_room");
  return {
    part,
    roomId: source.room_id,
    head: { room, source, exported_at },
    aliases: aliases.filter((alias) => typeof alias === "string"),
    tombstone: replacement === undefined ? undefined : { replacement, body: stringMember(tombstone, "body") ?? "" },
    joins: [],
    ...relationsOf(state),
  };
}

/** Where each room belongs: the first space that lists it, in the order of the collection; undefined: to none of these. */
export function parentsOf(rooms: readonly SourceRoom[]): ReadonlyMap<string, string> {
  const made = new Map(rooms.flatMap((room) => idsOfRoom(room).map((id) => [id, room.roomId] as const)));
  const parents = new Map<string, string>();
  for (const { roomId, children = [] } of rooms)
    for (const { room_id: listed } of children) {
      const child = made.get(listed);
      if (child !== undefined && !parents.has(child) && !isAbove(child, roomId, parents)) parents.set(child, roomId);
    }
  return parents;
}

/** Is that room this one, or above it? Spaces may list each other. */
function isAbove(roomId: string, below: string, parents: ReadonlyMap<string, string>): boolean {
  for (let at: string | undefined = below; at !== undefined; at = parents.get(at)) if (at === roomId) return true;
  return false;
}

/** The rooms in an order in which each comes after its parent and its predecessor, as far as they do not go in a circle. */
export function creationOrder(
  rooms: readonly SourceRoom[],
  parents: ReadonlyMap<string, string>,
): readonly SourceRoom[] {
  const byId = new Map(rooms.map((room) => [room.roomId, room]));
  const ordered = new Set<SourceRoom>();
  const begun = new Set<SourceRoom>();
  for (const first of rooms) {
    const waiting = [first];
    for (let room = waiting.at(-1); room; room = waiting.at(-1)) {
      const before = begun.has(room)
        ? undefined
        : [parents.get(room.roomId), room.predecessor]
            .map((id) => (id === undefined ? undefined : byId.get(id)))
            .filter((each) => each !== undefined && !ordered.has(each) && !begun.has(each));
      begun.add(room);
      if (before && before.length > 0) waiting.push(...before.filter((each) => each !== undefined));
      else ordered.add(waiting.pop() ?? room);
    }
  }
  return [...ordered];
}
