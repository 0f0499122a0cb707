import type { Writable } from "node:stream";
import type { ClientEvent } from "../matrix/event.ts";
import type { MediaSource, RoomReader } from "../ports/homeserver/homeserver.ts";
import type { Clock } from "../ports/clock.ts";
import type { DiskSpace } from "../ports/disk-space.ts";
import type { Logger } from "../ports/logger.ts";
import type { JobMeter } from "../ports/metrics.ts";
import type { SigningKeys } from "../ports/signing-keys.ts";
import type { ManifestHead } from "../bundle/manifest/manifest.ts";
import type { WrittenBundle } from "../bundle/write-bundle.ts";
import { refusalsOfManifest, refusalsOfRoom } from "../policy/refusals.ts";
import type { PolicyStore } from "../ports/policy-store.ts";
import { collectRoom } from "./export-room.ts";
import { exportFileName } from "./file-name.ts";
import type { ExportOptions } from "./options.ts";
import { requireOpen } from "./kept/still-theirs.ts";
import type { ReadyBundle } from "./ready-bundle.ts";
import { readerWith } from "../requests/reader-with.ts";
import { refuse } from "../requests/failures/refuse.ts";
import { signedHere, type SignedBy } from "../requests/signed-by.ts";
import { withinSpace } from "../requests/storage/within-space.ts";

export interface ExportRequest {
  roomId: string;
  reader: RoomReader;
  media: MediaSource;
  /** user id for the manifest */
  exportedBy: string;
  /** the reader sees everything, whoever it is: a server administrator does */
  seesAll?: boolean | undefined;
  /** narrows what the reader sees to what this user may see */
  visibleTo?: string | undefined;
  /** whom that user ignores: what they say is left out, as the homeserver leaves it out of what it shows to that user */
  ignored?: readonly string[];
  options: ExportOptions;
  /** id of the newest event that is exported; absent: all that there is */
  upTo?: string | undefined;
  /** the room's state where the reader was asked ahead (`askAhead`): as it was asked for first */
  stateAhead?: readonly ClientEvent[];
  /** a folder of this export's own that outlives the process: an earlier run's work there is resumed */
  resumeIn?: string;
  onProgress?: (progress: { done: number; total: number | null }) => void;
}

/** A bundle that is ready, with what it says of itself. */
export interface CollectedBundle extends Omit<ReadyBundle, "writeTo"> {
  writeTo(out: Writable): Promise<WrittenBundle>;
  signedBy: SignedBy;
  head: ManifestHead;
  /** an earlier run had begun to read the room */
  resumed: boolean;
}

/** Exports rooms of one homeserver: what every export has in common. */
export interface RoomExporter {
  /** Reads the room; what was read is on disk until `dispose`. @throws RequestError, HomeserverError */
  collect(request: ExportRequest, signal: AbortSignal): Promise<CollectedBundle>;
}

export interface RoomExporterParts {
  serverName: string;
  serviceUser: string;
  /** folder for what is being collected */
  spoolDir: string;
  /** of its disk */
  space: DiskSpace;
  /** name and version of this program, for the manifest */
  generator: string;
  /** what the service knows of rooms that it made */
  policies: Pick<PolicyStore, "get">;
  /** what bundles are signed with */
  keys: Pick<SigningKeys, "signer">;
  clock: Clock;
  logger: Logger;
  meter?: JobMeter;
}

export function roomExporter({ meter, space, policies, keys, ...parts }: RoomExporterParts): RoomExporter {
  return {
    async collect(request, signal) {
      const { onProgress = () => undefined, ...what } = request;
      const signer = await keys.signer();
      const source = withinSpace(what, space);
      const reader = meter ? meteredReader(source.reader, meter) : source.reader;
      const collected = await collectRoom({ ...parts, ...what, ...source, space, reader, onProgress, signal });
      const { head, resumed } = collected;
      try {
        // the room may have changed since it was asked for
        refuse(refusalsOfManifest(head));
        const recorded = await policies.get(request.roomId);
        const state = resumed ? await reader.state(request.roomId, signal) : [];
        refuse(refusalsOfRoom(state, parts.serverName, recorded?.policy));
        requireOpen(recorded);
      } catch (error) {
        await collected.dispose();
        throw error;
      }
      return {
        head,
        resumed,
        fileName: exportFileName(head.room.name, head.exported_at),
        events: head.counts.events,
        signedBy: signedHere(signer.publicKey, parts.serverName),
        async writeTo(out) {
          const written = await collected.writeTo(out, signer);
          meter?.bundle("written", written.size);
          return written;
        },
        dispose: () => collected.dispose(),
      };
    },
  };
}

/** The same reader, whose pages are counted. */
function meteredReader(reader: RoomReader, meter: JobMeter): RoomReader {
  return readerWith(reader, {
    async messages(roomId, from, signal) {
      const page = await reader.messages(roomId, from, signal);
      meter.events("export", page.chunk.length);
      return page;
    },
    async snapshot(roomId, signal) {
      const snapshot = await reader.snapshot?.(roomId, signal);
      if (snapshot) meter.events("export", snapshot.page.chunk.length);
      return snapshot;
    },
  });
}
