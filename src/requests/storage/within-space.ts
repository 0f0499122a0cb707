import type { DiskSpace } from "../../ports/disk-space.ts";
import type { MediaSource, RoomReader } from "../../ports/homeserver/homeserver.ts";
import { readerWith } from "../reader-with.ts";

/** What a page of the timeline takes on disk, in bytes: rather much; what takes even more is left to the reserve. */
const PAGE_BYTES = 4 * 1024 ** 2;

/** The same room, of which nothing more is read where there is no space to spool it: the reading then fails with StorageError. */
export function withinSpace(
  { reader, media }: { reader: RoomReader; media: MediaSource },
  space: DiskSpace,
): { reader: RoomReader; media: MediaSource } {
  return {
    reader: readerWith(reader, {
      async messages(roomId, from, signal) {
        await space.require(PAGE_BYTES);
        return await reader.messages(roomId, from, signal);
      },
      async snapshot(roomId, signal) {
        await space.require(PAGE_BYTES);
        return await reader.snapshot?.(roomId, signal);
      },
    }),
    media: {
      async download(uri, signal) {
        const { body, ...file } = await media.download(uri, signal);
        if (file.whole) await space.require(file.whole.length);
        return { ...file, body: file.whole ? body : measured(body, space) };
      },
    },
  };
}

async function* measured(body: AsyncIterable<Buffer>, space: DiskSpace): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of body) {
    await space.require(chunk.length);
    yield chunk;
  }
}
