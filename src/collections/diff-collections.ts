import { diffBundles, type BundleDiff } from "../bundle/diff/diff.ts";
import { sameJson } from "../matrix/json.ts";
import type { CollectedRoom } from "./collection-index.ts";
import { openCollection, type OpenCollection } from "./open-collection.ts";
import { withExtracted } from "./with-extracted.ts";

export interface CollectionDiff {
  equivalent: boolean;
  /** rooms that one of them has alone */
  only_first: string[];
  only_second: string[];
  /** rooms that both have, in the order of the first */
  rooms: ComparedRoom[];
}

export interface ComparedRoom extends BundleDiff {
  room_id: string;
  name: string | null;
  /** do both list the same rooms of a space, and the same predecessor? */
  same_relations: boolean;
}

/**
 * Do two collections hold the same rooms, and each the same conversation? Rooms are found by their ids: these are collections of one
 * homeserver. @throws CollectionError, BundleError where one cannot be read
 */
export async function diffCollections(
  fileA: string,
  fileB: string,
  onProgress?: (done: number, total: number) => void,
): Promise<CollectionDiff> {
  const a = await openCollection(fileA);
  try {
    const b = await openCollection(fileB);
    try {
      return await compare(a, b, onProgress);
    } finally {
      await b.close();
    }
  } finally {
    await a.close();
  }
}

async function compare(
  a: OpenCollection,
  b: OpenCollection,
  onProgress: ((done: number, total: number) => void) | undefined,
): Promise<CollectionDiff> {
  const others = new Map(b.index.rooms.map((room) => [room.room_id, room]));
  const rooms: ComparedRoom[] = [];
  const onlyFirst: string[] = [];
  for (const [done, room] of a.index.rooms.entries()) {
    onProgress?.(done, a.index.rooms.length);
    const other = others.get(room.room_id);
    others.delete(room.room_id);
    if (!other) onlyFirst.push(room.room_id);
    else {
      const diff = await withExtracted(a, room, (one) => withExtracted(b, other, (two) => diffBundles(one, two)));
      rooms.push({ room_id: room.room_id, name: room.name, ...diff, same_relations: sameRelations(room, other) });
    }
  }
  const onlySecond = [...others.keys()];
  const equivalent =
    onlyFirst.length === 0 && onlySecond.length === 0 && rooms.every((room) => room.equivalent && room.same_relations);
  return { equivalent, only_first: onlyFirst, only_second: onlySecond, rooms };
}

function sameRelations(a: CollectedRoom, b: CollectedRoom): boolean {
  return sameJson(a.children ?? [], b.children ?? []) && a.predecessor === b.predecessor;
}
