import { synapseAdmin } from "./adapters/homeserver/synapse-admin.ts";
import type { Foundation } from "./foundation.ts";
import { gdprExport } from "./jobs/gdpr-export.ts";
import { JobRunner } from "./jobs/job-runner.ts";
import { keptExport } from "./jobs/kept-export.ts";
import { meteredWork } from "./jobs/metered-work.ts";
import { queuedImport } from "./jobs/queued-import.ts";
import type { Job } from "./ports/job-store.ts";
import { VERSION } from "./version.ts";

/** Runs the jobs of this process. `changed`: told at each change of one of them. */
export function jobRunner(foundation: Foundation, changed?: (job: Job) => void): JobRunner {
  const { config, homeserver, store, journalOf, policies, storage, spools, endings, exporter, clock, logger } =
    foundation;
  const { bundles, space } = storage;
  const { settings } = foundation;
  const { admin_token: adminToken } = config.homeserver;
  const meter = foundation.metrics.jobs;
  const work = {
    export: keptExport({ exporter, homeserver, bundles, spoolDir: storage.work.path, space, spools, logger }),
    import: queuedImport({
      homeserver,
      bundles,
      journalOf,
      policies,
      roomVersion: config.import.room_version,
      labelStyle: config.import.author_label,
      clock,
    }),
    gdpr_export: gdprExport({
      exporter,
      homeserver,
      admin: adminToken === undefined ? undefined : (...until) => synapseAdmin(settings, adminToken, ...until),
      policies,
      bundles,
      spools,
      spoolDir: storage.work.path,
      space,
      serverName: settings.serverName,
      generator: `roomporter/${VERSION}`,
      clock,
      logger,
    }),
  };
  return new JobRunner({
    store,
    work: meteredWork(work, meter),
    endings,
    ...(changed && { changed }),
    worker: foundation.process,
    atOnce: config.limits.concurrent_jobs,
    logger,
    meter,
  });
}
