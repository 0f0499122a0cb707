import type { AuditReading } from "../audit/read-audit.ts";
import { auditRoute } from "./endpoints/audit.ts";
import { exportJobRoute, exportNowRoute } from "./endpoints/export-room.ts";
import { gdprRoute } from "./endpoints/gdpr-export.ts";
import { importRoute } from "./endpoints/import-room.ts";
import { indexRoute } from "./endpoints/index-events.ts";
import { jobBundleRoute } from "./endpoints/job-bundle.ts";
import { JOB_ROUTES } from "./endpoints/job-routes.ts";
import type { IndexFeed } from "../feed/index-feed.ts";
import { ROOM_ROUTES } from "./endpoints/room-routes.ts";
import type { UploadLimits } from "./receive-bundle.ts";
import type { Route } from "./route.ts";

/** What answers beside exports, imports, jobs and rooms. */
export interface Readings {
  index: Pick<IndexFeed, "open">;
  audit: AuditReading;
}

/** Every endpoint below /v1 that needs a token; openapi.ts describes the same. */
export function apiRoutes(uploads: UploadLimits, { index, audit }: Readings): readonly Route[] {
  const porting = [exportNowRoute, exportJobRoute, importRoute(uploads), ...JOB_ROUTES, jobBundleRoute];
  return [...porting, ...ROOM_ROUTES, gdprRoute, indexRoute(index), auditRoute(audit)];
}
