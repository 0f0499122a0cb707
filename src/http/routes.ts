import type { AuditDesk } from "../jobs/audit-desk.ts";
import { auditRoute } from "./audit.ts";
import { exportJobRoute, exportNowRoute } from "./export-room.ts";
import { gdprRoute } from "./gdpr-export.ts";
import { importRoute } from "./import-room.ts";
import { indexRoute } from "./index-events.ts";
import { jobBundleRoute } from "./job-bundle.ts";
import { JOB_ROUTES } from "./job-routes.ts";
import type { GdprDesk } from "../jobs/gdpr-desk.ts";
import type { IndexFeed } from "../jobs/index/index-feed.ts";
import { ROOM_ROUTES } from "./room-routes.ts";
import type { UploadLimits } from "./receive-bundle.ts";
import type { Route } from "./route.ts";

/** What answers beside the porter. */
export interface Desks {
  index: Pick<IndexFeed, "open">;
  gdpr: Pick<GdprDesk, "start">;
  audit: AuditDesk;
}

/** Every endpoint below /v1 that needs a token; openapi.ts describes the same. */
export function apiRoutes(uploads: UploadLimits, { index, gdpr, audit }: Desks): readonly Route[] {
  const porting = [exportNowRoute, exportJobRoute, importRoute(uploads), ...JOB_ROUTES, jobBundleRoute];
  return [...porting, ...ROOM_ROUTES, gdprRoute(gdpr), indexRoute(index), auditRoute(audit)];
}
