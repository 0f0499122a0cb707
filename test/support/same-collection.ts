import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { diffBundles } from "../../src/bundle/diff/diff.ts";
import type { CollectedRoom } from "../../src/collections/collection-index.ts";
import { openCollection } from "../../src/collections/open-collection.ts";

/** Two collections are equivalent room by room and in their tree. Rooms are found by their names, which no two rooms share. */
export async function expectSameCollection(a: string, b: string): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "roomporter-same-"));
  const [before, after] = [await openCollection(a), await openCollection(b)];
  try {
    expect(treeOf(after.index)).to.deep.equal(treeOf(before.index));
    for (const room of before.index.rooms) {
      const other = after.index.rooms.find(({ name }) => name === room.name);
      if (!other) throw new Error(`${String(room.name)} is missing`);
      const [first, second] = [join(dir, "a"), join(dir, "b")];
      await before.extract(room, first);
      await after.extract(other, second);
      const { equivalent, differences } = await diffBundles(first, second);
      for (const file of [first, second]) rmSync(file);
      expect([room.name, equivalent, differences.slice(0, 3)]).to.deep.equal([room.name, true, []]);
    }
  } finally {
    await before.close();
    await after.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What lists and replaces what, by names. */
function treeOf({ rooms }: { rooms: CollectedRoom[] }): unknown {
  const names = new Map(rooms.map(({ room_id, name }) => [room_id, name ?? ""]));
  return rooms.map(({ name, children, predecessor }) => ({
    name,
    predecessor: predecessor === undefined ? undefined : names.get(predecessor),
    children: children
      ?.filter(({ room_id }) => names.has(room_id))
      .map(({ room_id, ...child }) => ({ ...child, name: names.get(room_id) })),
  }));
}
