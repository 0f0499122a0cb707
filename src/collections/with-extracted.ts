import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CollectedRoom } from "./collection-index.ts";
import type { OpenCollection } from "./open-collection.ts";

/** Gives `act` the bundle of a room as a file of its own, which goes away afterwards. */
export async function withExtracted<T>(
  collection: OpenCollection,
  room: CollectedRoom,
  act: (path: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "roomporter-collection-"));
  try {
    const path = join(folder, "room.zip");
    await collection.extract(room, path);
    return await act(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
