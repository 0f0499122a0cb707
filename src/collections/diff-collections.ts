import { diffConversations, type BundleDiff } from "../bundle/diff/diff.ts";
import { sameJson, type JsonObject } from "../matrix/json.ts";
import { comparableRooms } from "./comparable-rooms.ts";
import { matchRooms, type ComparableRoom, type MatchedRooms } from "./match-rooms.ts";

export interface CollectionDiff {
  equivalent: boolean;
  /** rooms that one of them has alone */
  only_first: string[];
  only_second: string[];
  /** what both have, in the order of the first */
  rooms: ComparedRoom[];
}

export interface ComparedRoom extends BundleDiff {
  /** in the first; of rooms that took the place of one another the last */
  room_id: string;
  name: string | null;
  /** ids on either side, oldest first, where it is more than this room */
  joined?: { first: string[]; second: string[] };
  /** do both list the same rooms of a space, and the same predecessor? */
  same_relations: boolean;
}

/**
 * Do two collections hold the same rooms, and each the same conversation? One of them, or both, may be a bundle. Rooms are found by their
 * ids, or as imports of one another (`matchRooms`); a room and its predecessors may be one room on the other side.
 * @throws CollectionError, BundleError where one cannot be read
 */
export async function diffCollections(
  fileA: string,
  fileB: string,
  onProgress?: (done: number, total: number) => void,
): Promise<CollectionDiff> {
  const a = await comparableRooms(fileA);
  try {
    const b = await comparableRooms(fileB);
    try {
      return await compare(a.rooms, b.rooms, onProgress);
    } finally {
      await b.close();
    }
  } finally {
    await a.close();
  }
}

async function compare(
  a: readonly ComparableRoom[],
  b: readonly ComparableRoom[],
  onProgress: ((done: number, total: number) => void) | undefined,
): Promise<CollectionDiff> {
  const found = await matchRooms(a, b);
  const matched = found.filter(({ first, second }) => first.length > 0 && second.length > 0);
  const relations = new Relations(matched);
  const rooms: ComparedRoom[] = [];
  for (const [done, pair] of matched.entries()) {
    onProgress?.(done, matched.length);
    const { first, second } = pair;
    const last = first.at(-1);
    if (!last) continue;
    const diff = await withFiles(first, (one) => withFiles(second, (two) => diffConversations(one, two)));
    const isOne = first.length === 1 && second.length === 1;
    rooms.push({
      room_id: last.room_id,
      name: last.name,
      ...(!isOne && { joined: { first: first.map(idOf), second: second.map(idOf) } }),
      ...diff,
      same_relations: relations.same(pair),
    });
  }
  const onlyFirst = found.filter(({ second }) => second.length === 0).flatMap(({ first }) => first.map(idOf));
  const onlySecond = found.filter(({ first }) => first.length === 0).flatMap(({ second }) => second.map(idOf));
  const equivalent =
    onlyFirst.length === 0 && onlySecond.length === 0 && rooms.every((room) => room.equivalent && room.same_relations);
  return { equivalent, only_first: onlyFirst, only_second: onlySecond, rooms };
}

const idOf = ({ room_id }: ComparableRoom): string => room_id;

async function withFiles<T>(
  [room, ...others]: readonly ComparableRoom[],
  act: (files: string[]) => Promise<T>,
): Promise<T> {
  if (!room) return await act([]);
  return await room.withFile((path) => withFiles(others, (rest) => act([path, ...rest])));
}

/** How the rooms of both sides belong together. */
class Relations {
  /** what both sides call the same, by its id on either */
  readonly #names = new Map<string, string>();

  constructor(matched: readonly MatchedRooms[]) {
    for (const { first, second } of matched)
      for (const { room_id } of [...first, ...second]) this.#names.set(room_id, first.at(-1)?.room_id ?? room_id);
  }

  same({ first, second }: MatchedRooms): boolean {
    const [one, other] = [first.at(-1), second.at(-1)];
    const isSame = first.length === 1 && second.length === 1 && one?.room_id === other?.room_id;
    if (isSame) return sameJson(childrenOf(one), childrenOf(other)) && one?.predecessor === other?.predecessor;
    const before = (rooms: readonly ComparableRoom[]): string | undefined =>
      this.#names.get(rooms[0]?.predecessor ?? "");
    return sameJson(this.#children(one), this.#children(other)) && before(first) === before(second);
  }

  /** Of the rooms that a space lists those that both sides have: an import lists no others, and each by its own homeserver. */
  #children(room: ComparableRoom | undefined): JsonObject[] {
    const listed = new Map<string, JsonObject>();
    for (const { room_id, order, suggested } of room?.children ?? []) {
      const name = this.#names.get(room_id);
      if (name !== undefined && !listed.has(name)) listed.set(name, { name, order, suggested });
    }
    return [...listed.values()];
  }
}

function childrenOf(room: ComparableRoom | undefined): JsonObject[] {
  return (room?.children ?? []).map((child) => ({ ...child }));
}
