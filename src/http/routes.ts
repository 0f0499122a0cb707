import type { AuditDesk } from "../jobs/audit-desk.ts";
import { auditRoute } from "./audit.ts";
import { exportJobRoute, exportNowRoute } from "./export-room.ts";
import { importRoute } from "./import-room.ts";
import { indexRoute } from "./index-events.ts";
import { jobBundleRoute } from "./job-bundle.ts";
import { JOB_ROUTES } from "./job-routes.ts";
import type { IndexFeed } from "../jobs/index/index-feed.ts";
import { ROOM_ROUTES } from "./room-routes.ts";
import type { UploadLimits } from "./receive-bundle.ts";
import type { Route } from "./route.ts";

/** Every endpoint below /v1 that needs a token; openapi.ts describes the same. */
export function apiRoutes(uploads: UploadLimits, index: Pick<IndexFeed, "open">, audit: AuditDesk): readonly Route[] {
  return [
    exportNowRoute,
    exportJobRoute,
    importRoute(uploads),
    ...JOB_ROUTES,
    jobBundleRoute,
    ...ROOM_ROUTES,
    indexRoute(index),
    auditRoute(audit),
  ];
}
