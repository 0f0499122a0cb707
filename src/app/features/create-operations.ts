import { LiveExports } from "../../exports/live-exports.ts";
import { createExports, type Exports } from "../../exports/exports.ts";
import type { Imports } from "../../imports/imports.ts";
import { admitImport } from "../../imports/admit-import.ts";
import { startImport } from "../../imports/start-import.ts";
import { JobAccess } from "../../jobs/job-access.ts";
import { JobControl } from "../../jobs/job-control.ts";
import type { JobRunner } from "../../jobs/job-runner.ts";
import type { JobTable } from "../../jobs/job-table.ts";
import type { JobWatch } from "../../jobs/job-watch.ts";
import { createJobs, type Jobs } from "../../jobs/jobs.ts";
import { knownKeys } from "../../requests/signed-by.ts";
import type { RoomAccess } from "../../rooms/room-access.ts";
import type { ServiceContext } from "../context.ts";

/** What doors can ask for about exports, imports and jobs. */
export interface Operations {
  exports: Exports;
  imports: Imports;
  jobs: Jobs;
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
}

export function createOperations(
  context: ServiceContext,
  { table, watch, runner, access }: OperationsParts,
): Operations {
  const { config, settings, serviceUser, store, endings, storage, homeserver, exporter, policies, keys } = context;
  const { operate, metrics } = context;
  const { bundles } = storage;
  const { serverName } = settings;
  const live = new LiveExports();
  const control = new JobControl({ store, endings, watch, table, runner, live });
  const jobAccess = new JobAccess(control, table, config.limits.jobs_per_user);
  const common = { operate, control, jobAccess, homeserver, bundles };
  const rules = { serverName, serviceUser, policies, access };
  return {
    control,
    exports: createExports({ ...common, exporter, live, rules }),
    imports: {
      admit: admitImport({ ...common, store, serverName }),
      start: startImport({
        ...common,
        store,
        serverName,
        workspaces: config.workspaces,
        access,
        knownKeys: () => knownKeys(keys, serverName, config.import.trusted_keys),
        meter: metrics.jobs,
      }),
    },
    jobs: createJobs({ operate, store, control, access: jobAccess, table }),
  };
}
