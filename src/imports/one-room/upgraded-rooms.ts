import type { SourceRoom } from "../space/space-rooms.ts";

/** A room and those that it took the place of, by their ids in the source, oldest first. */
export type Upgrades = string[];

/**
 * The rooms of a collection that took the place of one another, as far as both say so: the one by its `m.room.create`, the other by its
 * `m.room.tombstone`. Those that go in a circle have no first, and stay apart.
 */
export function upgradesOf(rooms: readonly Pick<SourceRoom, "roomId" | "predecessor" | "tombstone">[]): Upgrades[] {
  const byId = new Map(rooms.map((room) => [room.roomId, room]));
  const next = new Map<string, string>();
  const replaced = new Set<string>();
  for (const { roomId, predecessor } of rooms) {
    const before = predecessor === undefined ? undefined : byId.get(predecessor);
    if (before?.tombstone?.replacement !== roomId || before.roomId === roomId) continue;
    next.set(before.roomId, roomId);
    replaced.add(roomId);
  }
  const found: Upgrades[] = [];
  for (const first of next.keys()) {
    if (replaced.has(first)) continue;
    const chain = [first];
    for (let id = next.get(first); id !== undefined; id = next.get(id)) chain.push(id);
    found.push(chain);
  }
  return found;
}

/** The rooms to make: of those that are to be one, the last, which has the others in `joins`. */
export function asOneRoom(rooms: readonly SourceRoom[], upgrades: readonly Upgrades[]): SourceRoom[] {
  const byId = new Map(rooms.map((room) => [room.roomId, room]));
  const chainOf = new Map(upgrades.flatMap((chain) => chain.map((id) => [id, chain] as const)));
  return rooms.flatMap((room) => {
    const chain = chainOf.get(room.roomId);
    if (!chain) return [room];
    if (chain.at(-1) !== room.roomId) return [];
    const joins = chain.slice(0, -1).flatMap((id) => byId.get(id) ?? []);
    const { predecessor: _inside, ...rest } = room;
    const predecessor = joins[0]?.predecessor;
    const aliases = [...joins, room].flatMap((each) => each.aliases);
    return [{ ...rest, joins, aliases, ...(predecessor !== undefined && { predecessor }) }];
  });
}
