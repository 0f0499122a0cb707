import { isEncrypted } from "../bundle/coverage.ts";
import type { BundleEvent, ManifestHead } from "../bundle/manifest/manifest.ts";
import { originalOf } from "../bundle/original.ts";

/** The rooms in which the ciphertexts of a bundle were first sent: of an imported one also those that it came from. */
export async function encryptedRooms(
  { source, room }: Pick<ManifestHead, "source" | "room">,
  batches: () => AsyncIterable<readonly BundleEvent[]>,
): Promise<Set<string>> {
  const rooms = new Set([source.room_id]);
  if (room.imported_by === undefined) return rooms;
  for await (const batch of batches())
    for (const event of batch) if (isEncrypted(event)) rooms.add(originalOf(event, source).roomId);
  return rooms;
}
