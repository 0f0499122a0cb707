import { auditFilter, auditOptions } from "../../../src/audit/options.ts";
import { allRoomsOptions } from "../../../src/exports/all-rooms/all-rooms-params.ts";
import { exportNowOptions } from "../../../src/exports/options.ts";
import { exportJobOptions } from "../../../src/exports/predecessors/options.ts";
import { spaceExportOptions } from "../../../src/exports/space/options.ts";
import { spaceImportOptions } from "../../../src/imports/space/options.ts";
import { importOptions } from "../../../src/imports/options.ts";
import { cancelOptions } from "../../../src/jobs/options.ts";
import type { Options } from "../../../src/requests/options/option.ts";
import { newRoomOptions, policyChanges, workspacesOptions } from "../../../src/rooms/options.ts";

/** A request with options, and where people can make it. */
export interface TypedRequest {
  options: Options;
  operationId: string;
  /** the command line's command */
  cli?: string;
  /** options that the command takes in its own way */
  own?: readonly string[];
  /** the bot's command */
  bot?: string;
}

export const TYPED_REQUESTS: readonly TypedRequest[] = [
  { options: exportNowOptions, operationId: "exportRoom", cli: "room export", own: ["since_bundle"] },
  { options: exportJobOptions, operationId: "startExport", bot: "!export" },
  { options: spaceExportOptions, operationId: "exportSpace", cli: "space export" },
  { options: importOptions, operationId: "importRoom", cli: "room import", bot: "!import" },
  { options: spaceImportOptions, operationId: "importSpace", cli: "space import" },
  { options: newRoomOptions, operationId: "createRoom", cli: "room create", bot: "!room create" },
  { options: policyChanges, operationId: "setRoomPolicy", cli: "room policy", bot: "!room policy" },
  { options: workspacesOptions, operationId: "listWorkspaces", cli: "room workspaces" },
  { options: cancelOptions, operationId: "cancelJob", cli: "jobs cancel", bot: "!cancel" },
  { options: allRoomsOptions, operationId: "exportAllRooms", cli: "gdpr export" },
  { options: auditOptions, operationId: "readAudit", cli: "audit list" },
  { options: auditFilter, operationId: "readAudit", bot: "!audit" },
];
