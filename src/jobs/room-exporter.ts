import type { MediaSource, RoomReader } from "../ports/homeserver.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { ManifestHead } from "../bundle/manifest.ts";
import { refusalsOfManifest } from "../policy/refusals.ts";
import { collectRoom } from "./export-room.ts";
import type { ExportOptions, ReadyBundle } from "./porter.ts";
import { refuse } from "./refuse.ts";

export interface ExportRequest {
  roomId: string;
  reader: RoomReader;
  media: MediaSource;
  /** user id for the manifest */
  exportedBy: string;
  /** narrows what the reader sees to what this user may see */
  visibleTo?: string | undefined;
  options: ExportOptions;
  onProgress?: (progress: { done: number; total: number | null }) => void;
}

/** A bundle that is ready, with what it says of itself. */
export interface CollectedBundle extends ReadyBundle {
  head: ManifestHead;
}

/** Exports rooms of one homeserver: what every export has in common. */
export interface RoomExporter {
  /** Reads the room; what was read is on disk until `dispose`. @throws PorterError, HomeserverError */
  collect(request: ExportRequest, signal: AbortSignal): Promise<CollectedBundle>;
}

export interface RoomExporterParts {
  serverName: string;
  serviceUser: string;
  /** folder for what is being collected */
  spoolDir: string;
  /** name and version of this program, for the manifest */
  generator: string;
  clock: Clock;
  logger: Logger;
}

export function roomExporter(parts: RoomExporterParts): RoomExporter {
  return {
    async collect(request, signal) {
      const { onProgress = () => undefined, ...what } = request;
      const collected = await collectRoom({ ...parts, ...what, onProgress, signal });
      const { head } = collected;
      try {
        // the room may have changed since it was asked for
        refuse(refusalsOfManifest(head));
      } catch (error) {
        await collected.dispose();
        throw error;
      }
      return {
        head,
        fileName: fileNameOf(head),
        async writeTo(out) {
          await collected.writeTo(out);
        },
        dispose: () => collected.dispose(),
      };
    },
  };
}

/** `tea-2026-11-22.zip`: what is ASCII in the room's name, and the day of the export. */
function fileNameOf({ room, exported_at }: ManifestHead): string {
  const plain = (room.name ?? "")
    .normalize("NFKD")
    .replaceAll(/\p{M}+/gu, "")
    .toLowerCase();
  const name = plain
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 60)
    .replaceAll(/^-+|-+$/g, "");
  return `${name || "room"}-${exported_at.slice(0, 10)}.zip`;
}
