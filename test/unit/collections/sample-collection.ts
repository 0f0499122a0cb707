import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { BundleSigner } from "../../../src/bundle/signature.ts";
import { summarizeBundle } from "../../../src/bundle/summarize.ts";
import { verifyBundle } from "../../../src/bundle/verify/verify.ts";
import type { CollectedRoom, CollectionIndex } from "../../../src/collections/collection-index.ts";
import { writeCollection } from "../../../src/collections/write-collection.ts";
import { sampleRoom, writeSample, type SampleRoom } from "../bundle/sample.ts";

export const TEA = "!tea:acme.test";
export const SPACE = "!house:acme.test";
export const REFUSED = "!irc:acme.test";

/** A space that lists the room beside it and one that is refused. */
export function sampleRooms(): { room: SampleRoom; more: Partial<CollectedRoom> }[] {
  const space = sampleRoom();
  space.roomId = SPACE;
  const child = (room_id: string) => ({ room_id, order: null, suggested: true, via: ["acme.test"] });
  return [
    { room: space, more: { children: [child(TEA), child(REFUSED)] } },
    { room: sampleRoom(), more: {} },
  ];
}

/** Writes the rooms as a collection. `index`: changes the index that was made of them. */
export async function writeSampleCollection(
  directory: string,
  name: string,
  options: {
    rooms?: ReturnType<typeof sampleRooms>;
    index?: (index: CollectionIndex) => void;
    signer?: BundleSigner;
  } = {},
): Promise<string> {
  const files: { path: string; size: number }[] = [];
  const rooms: CollectedRoom[] = [];
  for (const [at, { room, more }] of (options.rooms ?? sampleRooms()).entries()) {
    const path = await writeSample(room, directory, `${name}-${at}`);
    const { sha256, manifest_sha256, events, media_files } = await verifyBundle(path);
    const { room: about, coverage } = await summarizeBundle(path);
    const { size } = await stat(path);
    files.push({ path, size });
    rooms.push({
      file: `rooms/${String(at + 1).padStart(5, "0")}.zip`,
      room_id: room.roomId,
      name: about.name,
      ...{ sha256, size, events, media_files },
      manifest_sha256: manifest_sha256 ?? "",
      complete: coverage.complete,
      ...more,
    });
  }
  const index: CollectionIndex = {
    format: "io.roomporter.collection",
    format_version: 1,
    generator: "test/1",
    exported_at: "2026-01-02T03:04:05.000Z",
    requested_by: "@root:acme.test",
    server_name: "acme.test",
    user_id: null,
    scope: "homeserver",
    counts: { exported: rooms.length, refused: 1, failed: 1, incognito: 2 },
    rooms,
    refused: [{ room_id: REFUSED, reasons: [{ code: "room_type_bridge", message: "This room is bridged." }] }],
    failed: [{ room_id: "!gone:acme.test", errcode: "M_NOT_FOUND" }],
  };
  options.index?.(index);
  const path = join(directory, name);
  const { signer } = options;
  await writeCollection(createWriteStream(path), { index, files, date: new Date(index.exported_at), signer });
  return path;
}
