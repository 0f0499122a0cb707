import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { openArchive } from "../../../bundle/open-bundle.ts";
import { verifyBundle } from "../../../bundle/verify/verify.ts";
import {
  COLLECTION_FORMAT,
  COLLECTION_VERSION,
  type CollectedRoom,
  type CollectionIndex,
} from "../../../collections/collection-index.ts";
import { relationsOf } from "../../../collections/relations.ts";
import { verifyCollection } from "../../../collections/verify-collection.ts";
import { writeCollection } from "../../../collections/write-collection.ts";
import { CliError, EXIT } from "../../exit.ts";
import { takePlace } from "../../output-file.ts";

/** What became of the rooms of a space, as the index says it, and their bundles. */
export type SpaceArchive = Pick<CollectionIndex, "rooms" | "refused"> & {
  leftOut: NonNullable<CollectionIndex["left_out"]>;
  /** bundles, in the order of the rooms */
  files: { path: string; size: number }[];
  incognito: number;
  added: number;
  received: number;
};

/** Adds a bundle to those of the new collection. */
export async function addRoom(found: SpaceArchive, path: string): Promise<CollectedRoom> {
  const { sha256, manifest_sha256: manifest, events, media_files } = await verifyBundle(path);
  const bundle = await openArchive(path);
  await bundle.close();
  const { source, room, coverage, state } = bundle.head;
  const { size } = await stat(path);
  found.files.push({ path, size });
  const collected: CollectedRoom = {
    file: `rooms/${String(found.files.length).padStart(5, "0")}.zip`,
    room_id: source.room_id,
    name: room.name,
    ...{ sha256, size, manifest_sha256: manifest ?? "", events, media_files },
    complete: coverage.complete,
    ...relationsOf(state),
  };
  found.rooms.push(collected);
  return collected;
}

/** Writes the collection, reads it back, and puts it into the place of the file. @throws CliError */
export async function writeArchive(
  { rooms, refused, leftOut, files, incognito }: SpaceArchive,
  { spaceId, userId, file, folder }: { spaceId: string; userId: string; file: string; folder: string },
): Promise<void> {
  const [first] = files;
  if (!first) throw new CliError(EXIT.failed, "no room of this space may be exported: nothing was changed");
  const bundle = await openArchive(first.path, { keepsState: () => false });
  await bundle.close();
  const { generator, source } = bundle.head;
  const date = new Date();
  const index: CollectionIndex = {
    format: COLLECTION_FORMAT,
    format_version: COLLECTION_VERSION,
    generator,
    exported_at: date.toISOString(),
    ...{
      requested_by: userId,
      server_name: source.server_name,
      user_id: userId,
      scope: "service",
      space: spaceId,
    },
    counts: { exported: rooms.length, refused: refused.length, failed: 0, incognito, left_out: leftOut.length },
    ...{ rooms, refused, failed: [], left_out: leftOut },
  };
  const path = join(folder, "collection.zip");
  await writeCollection(createWriteStream(path, { flush: true }), { index, files, date });
  const { ok, faults } = await verifyCollection(path);
  if (!ok)
    throw new CliError(
      EXIT.failed,
      `what was received is not sound: ${faults[0]?.message ?? "a bundle is faulty"}; nothing was changed`,
    );
  await takePlace(path, file);
}
