import type { AuditReading } from "../audit/read-audit.ts";
import type { IndexFeed } from "../feed/index-feed.ts";
import { readMetricsRoute } from "./endpoints/administration/read-metrics.ts";
import { checkHomeserverRoute, showHomeserverRoute } from "./endpoints/administration/show-homeserver.ts";
import { showStorageRoute } from "./endpoints/administration/show-storage.ts";
import { readAuditRoute } from "./endpoints/audit/read-audit.ts";
import { convertUploadRoute } from "./endpoints/conversions/convert-upload.ts";
import { exportAllRoomsRoute } from "./endpoints/exports/export-all-rooms.ts";
import { exportNowRoute } from "./endpoints/exports/export-now.ts";
import { exportSpaceRoute } from "./endpoints/exports/export-space.ts";
import { startExportRoute } from "./endpoints/exports/start-export.ts";
import { indexEventsRoute } from "./endpoints/feed/index-events.ts";
import { importSpaceRoute } from "./endpoints/imports/import-space.ts";
import { undoImportRoute } from "./endpoints/imports/undo-import.ts";
import { importBundleRoute } from "./endpoints/imports/import-bundle.ts";
import { cancelJobRoute } from "./endpoints/jobs/cancel-job.ts";
import { downloadBundleRoute } from "./endpoints/jobs/download-bundle.ts";
import { downloadDocumentRoute } from "./endpoints/jobs/download-document.ts";
import { followJobRoute } from "./endpoints/jobs/follow-job.ts";
import { listJobsRoute } from "./endpoints/jobs/list-jobs.ts";
import { retryJobRoute } from "./endpoints/jobs/retry-job.ts";
import { showJobRoute } from "./endpoints/jobs/show-job.ts";
import { closeRoomRoute } from "./endpoints/rooms/close-room.ts";
import { createRoomRoute } from "./endpoints/rooms/create-room.ts";
import { inviteUserRoute } from "./endpoints/rooms/invite-user.ts";
import { kickUserRoute } from "./endpoints/rooms/kick-user.ts";
import { listJoinedRoomsRoute } from "./endpoints/rooms/list-joined-rooms.ts";
import { listMembersRoute } from "./endpoints/rooms/list-members.ts";
import { listRoomsRoute } from "./endpoints/rooms/list-rooms.ts";
import { listWorkspacesRoute } from "./endpoints/rooms/list-workspaces.ts";
import { showNewRoomRulesRoute } from "./endpoints/rooms/show-new-room-rules.ts";
import { showRoomRoute } from "./endpoints/rooms/show-room.ts";
import { setRoomPolicyRoute } from "./endpoints/rooms/set-room-policy.ts";
import { whoamiRoute } from "./endpoints/service/whoami.ts";
import { listUploadsRoute } from "./endpoints/uploads/list-uploads.ts";
import { tusRoutes } from "./endpoints/uploads/tus-routes.ts";
import type { Permission } from "../requests/access.ts";
import type { UploadLimits } from "./receive-bundle.ts";
import type { Route } from "./route.ts";

/** What answers beside exports, imports, jobs and rooms. */
export interface Readings {
  index: Pick<IndexFeed, "open">;
  audit: AuditReading;
  permissionOf: (userId: string) => Permission;
  allowGuests: boolean;
}

/** Every endpoint that needs a token. */
export function apiRoutes(
  uploads: UploadLimits,
  { index, audit, permissionOf, allowGuests }: Readings,
): readonly Route[] {
  return [
    exportNowRoute,
    startExportRoute,
    exportSpaceRoute,
    importBundleRoute(uploads),
    importSpaceRoute(uploads),
    undoImportRoute,
    listUploadsRoute,
    ...tusRoutes(),
    convertUploadRoute,
    createRoomRoute,
    listRoomsRoute,
    listJoinedRoomsRoute,
    listMembersRoute,
    listWorkspacesRoute,
    showNewRoomRulesRoute,
    inviteUserRoute,
    kickUserRoute,
    closeRoomRoute,
    setRoomPolicyRoute,
    showRoomRoute,
    listJobsRoute,
    showJobRoute,
    cancelJobRoute,
    retryJobRoute,
    followJobRoute,
    downloadBundleRoute,
    downloadDocumentRoute,
    exportAllRoomsRoute,
    showHomeserverRoute,
    checkHomeserverRoute,
    showStorageRoute,
    readMetricsRoute,
    indexEventsRoute(index),
    readAuditRoute(audit),
    whoamiRoute(permissionOf, allowGuests),
  ];
}
