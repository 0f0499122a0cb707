import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { openBundle, type Bundle } from "../../bundle/open-bundle.ts";
import { WHOLE_ROOM } from "../../exports/options.ts";
import type { RoomExporter } from "../../exports/room-exporter.ts";
import type { DiskSpace } from "../../ports/disk-space.ts";
import type { MediaSource, RoomReader } from "../../ports/homeserver/homeserver.ts";
import { spoolFile } from "../../requests/storage/spool-file.ts";

export interface RoomBeforeParts {
  exporter: RoomExporter;
  /** folder for the room while it is imported into */
  workFolder: string;
  /** of its disk */
  space: DiskSpace;
}

/**
 * A room as it was up to an event, without its files: an export of it, which is gone with its disposal.
 * @throws RequestError, HomeserverError, StorageError
 */
export async function readRoomBefore(
  { exporter, workFolder, space }: RoomBeforeParts,
  { roomId, upTo, reader, media }: { roomId: string; upTo: string; reader: RoomReader; media: MediaSource },
  signal: AbortSignal,
): Promise<{ bundle: Bundle } & AsyncDisposable> {
  const options = { ...WHOLE_ROOM, media: false };
  const request = { roomId, reader, media, exportedBy: reader.userId, options, upTo };
  const file = join(workFolder, `room-before-${randomUUID()}`);
  try {
    const collected = await exporter.collect(request, signal);
    await collected.writeTo(spoolFile(file, space)).finally(() => collected.dispose());
    const bundle = await openBundle(file, { keepsState: () => false });
    return {
      bundle,
      async [Symbol.asyncDispose]() {
        await bundle.close();
        await rm(file, { force: true });
      },
    };
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}
