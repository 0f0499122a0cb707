import { synapseAdmin } from "../../adapters/homeserver/synapse/synapse-admin.ts";
import type { StateEvent } from "../../matrix/event.ts";
import { POLICY } from "../../matrix/names.ts";
import { HomeserverError } from "../../ports/homeserver/homeserver.ts";
import { CHECK_MS } from "../../requests/access.ts";
import { LiveExports } from "../../exports/live-exports.ts";
import { createExports, type Exports } from "../../exports/exports.ts";
import type { Imports } from "../../imports/imports.ts";
import { admitImport } from "../../imports/admit-import.ts";
import { startConversion } from "../../conversions/start-conversion.ts";
import type { Conversions } from "../../conversions/conversions.ts";
import { startImportFrom } from "../../imports/start-import-from.ts";
import { previewSpaceImport, previewSpaceImportFrom } from "../../imports/space/preview-space-import.ts";
import { startSpaceImport } from "../../imports/space/start-space-import.ts";
import { undoImport } from "../../imports/undo-import.ts";
import type { CloseRoom } from "../../rooms/operations/close-room.ts";
import { startImport } from "../../imports/start-import.ts";
import { JobAccess } from "../../jobs/job-access.ts";
import { JobControl } from "../../jobs/job-control.ts";
import type { JobRunner } from "../../jobs/job-runner.ts";
import type { JobTable } from "../../jobs/job-table.ts";
import type { JobWatch } from "../../jobs/job-watch.ts";
import { createJobs, type Jobs } from "../../jobs/jobs.ts";
import { Places } from "../../requests/limits/places.ts";
import { TurnsByOwner } from "../../requests/limits/turns-by-owner.ts";
import { knownKeys } from "../../requests/signed-by.ts";
import type { RoomAccess } from "../../rooms/room-access.ts";
import { createUploads, type Uploads } from "../../uploads/uploads.ts";
import type { ServiceContext } from "../context.ts";

/** Bundles that are verified at the same time: each takes up to some 30 MB of memory. */
const VERIFIED_AT_ONCE = 2;

/** What doors can ask for about exports, imports and jobs. */
export interface Operations {
  exports: Exports;
  imports: Imports;
  conversions: Conversions;
  jobs: Jobs;
  uploads: Uploads;
  /** below the operations: for what the service follows by itself */
  control: JobControl;
}

export interface OperationsParts {
  table: JobTable;
  watch: JobWatch;
  /** where this process runs jobs too */
  runner: JobRunner | undefined;
  /** of rooms that the service made */
  access: RoomAccess;
  close: CloseRoom;
}

export function createOperations(
  context: ServiceContext,
  { table, watch, runner, access, close }: OperationsParts,
): Operations {
  const { config, settings, serviceUser, store, endings, storage, homeserver, exporter, policies, keys } = context;
  const { operate, capabilities, userStorage, hourly, metrics, records, uploadFiles, clock } = context;
  const { bundles } = storage;
  const { serverName } = settings;
  const { limits } = config;
  const live = new LiveExports({ perUser: limits.live_exports_per_user, inAll: limits.live_exports });
  const uploadPlaces = new Places({
    what: "uploads under way",
    perUser: limits.uploads_per_user,
    inAll: limits.uploads,
    settings: { perUser: "limits.uploads_per_user", inAll: "limits.uploads" },
  });
  const control = new JobControl({ store, endings, watch, table, runner, live });
  const jobAccess = new JobAccess(control, table, config.limits.jobs_per_user);
  const common = { operate, control, jobAccess, homeserver, bundles };
  const rules = { serverName, serviceUser, policies, access };
  const givingOut = { policies, records, serverName, policyNow: policyNow(context) };
  const admit = admitImport({ ...common, capabilities, store, serverName, uploads: uploadPlaces, userStorage, hourly });
  const importing = {
    ...common,
    capabilities,
    store,
    policies,
    serverName,
    workspaces: config.workspaces,
    authorMap: config.import.author_map,
    access,
    hourly,
    userStorage,
    verifying: new TurnsByOwner(VERIFIED_AT_ONCE),
    knownKeys: () => knownKeys(keys, serverName, config.import.trusted_keys),
    meter: metrics.jobs,
  };
  const start = startImport(importing);
  const startSpace = startSpaceImport(importing);
  const workFolder = storage.work.path;
  const here = { ...common, files: uploadFiles, workFolder };
  const startFrom = startImportFrom({ ...here, space: storage.space, start });
  const startSpaceFrom = startImportFrom({ ...here, space: storage.space, start: startSpace }, "space_import");
  const previewSpace = previewSpaceImport(importing);
  const previewSpaceFrom = previewSpaceImportFrom({ ...here, preview: previewSpace });
  const undo = undoImport({ operate, policies, close });
  const largest = limits.upload_size;
  return {
    control,
    exports: createExports({
      ...common,
      exporter,
      live,
      rules,
      givingOut,
      work: { path: storage.work.path, space: storage.space },
    }),
    imports: { admit, start, startFrom, startSpace, startSpaceFrom, previewSpace, previewSpaceFrom, undo },
    conversions: { start: startConversion({ ...here, store, userStorage }) },
    uploads: createUploads({ operate, files: uploadFiles, admit, places: uploadPlaces, largest, clock }),
    jobs: createJobs({ operate, store, control, access: jobAccess, table }),
  };
}

/** The policy that a room has now, as a server administrator or else the service user sees it; undefined where neither may. */
function policyNow({
  config,
  settings,
  homeserver,
}: ServiceContext): (roomId: string) => Promise<StateEvent | undefined> {
  const { admin_token: adminToken } = config.homeserver;
  return async (roomId) => {
    const signal = AbortSignal.timeout(CHECK_MS);
    if (adminToken !== undefined) {
      const { reader } = synapseAdmin(settings, adminToken, signal, async () => undefined);
      try {
        return await reader.stateEvent(roomId, POLICY, "");
      } catch (error) {
        // a token that was revoked, a room that it does not know
        if (!(error instanceof HomeserverError && error.isNotOffered)) throw error;
      }
    }
    try {
      return await homeserver.asService(signal).reader.stateEvent(roomId, POLICY, "");
    } catch (error) {
      if (error instanceof HomeserverError && error.isAbsentOrForbidden) return undefined;
      throw error;
    }
  };
}
