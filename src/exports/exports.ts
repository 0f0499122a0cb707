import type { BundleStore } from "../ports/bundle-store.ts";
import type { DiskSpace } from "../ports/disk-space.ts";
import type { HomeserverAccess } from "../ports/homeserver/homeserver-access.ts";
import type { RunOperation } from "../requests/operation.ts";
import type { JobAccess } from "../jobs/job-access.ts";
import type { JobControl } from "../jobs/job-control.ts";
import { startAllRoomsExport, type StartAllRoomsExport } from "./all-rooms/start-all-rooms-export.ts";
import { downloadBundle, type DownloadBundle } from "./download-bundle.ts";
import { downloadDocument, type DownloadDocument } from "./download-document.ts";
import { exportNow, type ExportNow } from "./export-now.ts";
import type { ExportRules } from "./exportable.ts";
import type { GivingOutParts } from "./kept/still-theirs.ts";
import type { LiveExports } from "./live-exports.ts";
import type { RoomExporter } from "./room-exporter.ts";
import { startPredecessorsExport } from "./predecessors/start-predecessors-export.ts";
import { startSpaceExport, type StartSpaceExport } from "./space/start-space-export.ts";
import { startExport, type StartExport } from "./start-export.ts";

/** All that doors can ask for about exports. Everything throws RequestError. */
export interface Exports {
  now: ExportNow;
  start: StartExport;
  startSpace: StartSpaceExport;
  startPredecessors: StartSpaceExport;
  startAllRooms: StartAllRoomsExport;
  download: DownloadBundle;
  document: DownloadDocument;
}

export interface ExportsParts {
  operate: RunOperation;
  control: JobControl;
  jobAccess: JobAccess;
  homeserver: HomeserverAccess;
  exporter: RoomExporter;
  live: LiveExports;
  bundles: BundleStore;
  rules: ExportRules;
  givingOut: GivingOutParts;
  /** a folder for what is being written, and the space of its disk */
  work: { path: string; space: DiskSpace };
}

export function createExports(parts: ExportsParts): Exports {
  return {
    now: exportNow(parts),
    start: startExport(parts),
    startSpace: startSpaceExport(parts),
    startPredecessors: startPredecessorsExport(parts),
    startAllRooms: startAllRoomsExport(parts),
    download: downloadBundle({ ...parts, access: parts.rules.access }),
    document: downloadDocument({ ...parts, access: parts.rules.access }),
  };
}
