import { synapseAdmin } from "../../adapters/homeserver/synapse/synapse-admin.ts";
import type { ServiceContext } from "../context.ts";
import { allRoomsJob } from "../../exports/all-rooms/all-rooms-job.ts";
import { JobRunner } from "../../jobs/job-runner.ts";
import { exportJob } from "../../exports/export-job.ts";
import { permissionOfOwner } from "../../requests/access.ts";
import { listedRoomsJob } from "../../exports/collection/listed-rooms-job.ts";
import { TurnsByOwner } from "../../requests/limits/turns-by-owner.ts";
import type { JobTable } from "../../jobs/job-table.ts";
import { conversionJob } from "../../conversions/conversion-job.ts";
import { spaceImportJob } from "../../imports/space/space-import-job.ts";
import { importJob } from "../../imports/import-job.ts";
import type { Job } from "../../ports/job-store.ts";
import { VERSION } from "../version.ts";

/** Every kind of jobs. */
export function jobTable(context: ServiceContext): JobTable {
  const { config, homeserver, journalOf, policies, records, storage, spools, exporter, keys, clock, logger } = context;
  const { bundles, space } = storage;
  const { settings, store, userStorage, capabilities } = context;
  const { admin_token: adminToken } = config.homeserver;
  const importing = {
    ...{ homeserver, capabilities, bundles, journalOf, store, policies, clock },
    roomBefore: { exporter, workFolder: storage.work.path, space },
    roomVersion: config.import.room_version,
    labelStyle: config.import.author_label,
    authorMap: config.import.author_map,
    invitations: context.hourly.invitations,
  };
  const collecting = {
    ...{ exporter, homeserver, policies, records, spools, space, keys, clock, logger },
    spoolDir: storage.work.path,
    serverName: settings.serverName,
    generator: `roomporter/${VERSION}`,
  };
  const listed = {
    ...collecting,
    userStorage,
    turns: new TurnsByOwner(config.limits.rooms_at_once * config.limits.concurrent_jobs, config.limits.rooms_at_once),
  };
  return {
    export: exportJob({
      bundles,
      store,
      exporter,
      policies,
      homeserver,
      userStorage,
      spoolDir: storage.work.path,
      space,
      spools,
      logger,
    }),
    import: importJob(importing),
    space_import: spaceImportJob(importing),
    convert: conversionJob({
      bundles,
      userStorage,
      workFolder: storage.work.path,
      space,
      largest: config.limits.upload_size,
      generator: `roomporter/${VERSION}`,
      clock,
    }),
    space_export: listedRoomsJob(listed, "space_export"),
    predecessors_export: listedRoomsJob(listed, "predecessors_export"),
    gdpr_export: allRoomsJob({
      ...collecting,
      bundles,
      admin: adminToken === undefined ? undefined : (...until) => synapseAdmin(settings, adminToken, ...until),
    }),
  };
}

/** Runs the jobs of this process. `changed`: told at each change of one of them. */
export function jobRunner(context: ServiceContext, table: JobTable, changed?: (job: Job) => void): JobRunner {
  const { config, store, endings, permissionOf, metrics, logger } = context;
  return new JobRunner({
    store,
    table,
    endings,
    permissionOf: (owner) => permissionOfOwner(permissionOf, config.admin_tokens, owner, config.schedules),
    ...(changed && { changed }),
    worker: context.process,
    atOnce: config.limits.concurrent_jobs,
    logger,
    meter: metrics.jobs,
  });
}
