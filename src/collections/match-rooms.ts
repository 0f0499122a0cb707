import type { RoomRelations } from "./relations.ts";

/** A room of one side of a comparison. */
export interface ComparableRoom extends RoomRelations {
  room_id: string;
  name: string | null;
  /** its own id and those of the rooms that were imported into it; asked for only where its own is not on the other side */
  homes(): Promise<readonly string[]>;
  /** Gives `act` its bundle as a file. */
  withFile<T>(act: (path: string) => Promise<T>): Promise<T>;
}

/** What is on both sides: one room each, or rooms that took the place of one another, oldest first. What one side lacks is empty there. */
export interface MatchedRooms {
  first: readonly ComparableRoom[];
  second: readonly ComparableRoom[];
}

/**
 * Finds the rooms of one side on the other: by their ids; else by the rooms that an import made them of. Where an import made one room of
 * several that took the place of one another, those are held against it together. In the order of the first side, then what only the second
 * one has.
 */
export async function matchRooms(a: readonly ComparableRoom[], b: readonly ComparableRoom[]): Promise<MatchedRooms[]> {
  const byId = new Map(b.map((room) => [room.room_id, room]));
  const found: MatchedRooms[] = [];
  const rest: ComparableRoom[] = [];
  for (const room of a) {
    const same = byId.get(room.room_id);
    if (same) found.push({ first: [room], second: [same] });
    else rest.push(room);
    byId.delete(room.room_id);
  }
  for (const { first, second } of await kin(rest, [...byId.values()])) {
    const [one, other] = [oldestFirst(first), oldestFirst(second)];
    if (one && other) found.push({ first: one, second: other });
    else
      for (let at = 0; at < Math.max(first.length, second.length); at++)
        found.push({ first: first.slice(at, at + 1), second: second.slice(at, at + 1) });
  }
  const place = ({ first }: MatchedRooms): number => Math.min(a.length, ...first.map((room) => a.indexOf(room)));
  return found.sort((one, other) => place(one) - place(other));
}

interface Kin {
  homes: ReadonlySet<string>;
  first: readonly ComparableRoom[];
  second: readonly ComparableRoom[];
}

/** Rooms that have a home in common, directly or by others. */
async function kin(a: readonly ComparableRoom[], b: readonly ComparableRoom[]): Promise<MatchedRooms[]> {
  if (a.length === 0 || b.length === 0)
    return [...a.map((room) => ({ first: [room], second: [] })), ...b.map((room) => ({ first: [], second: [room] }))];
  let groups: Kin[] = [];
  for (const room of [...a, ...b]) {
    const own = await room.homes();
    const related = groups.filter(({ homes }) => own.some((home) => homes.has(home)));
    const isFirst = a.includes(room);
    groups = [
      ...groups.filter((group) => !related.includes(group)),
      {
        homes: new Set([...related.flatMap(({ homes }) => [...homes]), ...own]),
        first: [...related.flatMap(({ first }) => first), ...(isFirst ? [room] : [])],
        second: [...related.flatMap(({ second }) => second), ...(isFirst ? [] : [room])],
      },
    ];
  }
  return groups;
}

/** Rooms in which each took the place of the one before it; undefined: they are not such. */
function oldestFirst(rooms: readonly ComparableRoom[]): ComparableRoom[] | undefined {
  const ids = new Set(rooms.map(({ room_id }) => room_id));
  const ordered = rooms.filter(({ predecessor }) => predecessor === undefined || !ids.has(predecessor));
  if (ordered.length !== 1) return undefined;
  for (let last = ordered[0]; last;) {
    const { room_id: id }: ComparableRoom = last;
    last = rooms.find((room) => room.predecessor === id && !ordered.includes(room));
    if (last) ordered.push(last);
  }
  return ordered.length === rooms.length ? ordered : undefined;
}
