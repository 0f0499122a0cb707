import type { BundleStore } from "../ports/bundle-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { HomeserverAccess } from "../ports/homeserver-access.ts";
import type { ImportJournal } from "../ports/import-journal.ts";
import { importRoom } from "./import-room.ts";
import type { LabelStyle } from "./import/label.ts";
import type { JobWork } from "./job-runner.ts";
import { readImportParams } from "./job-params.ts";
import { PorterError } from "./porter.ts";

export interface QueuedImportParts {
  homeserver: HomeserverAccess;
  bundles: BundleStore;
  journalOf: (jobId: string) => ImportJournal;
  roomVersion: string;
  labelStyle: LabelStyle;
  clock: Clock;
}

/** An import as a job: replays the bundle that is kept under the job's id, from where the journal says. */
export function queuedImport(parts: QueuedImportParts): JobWork {
  const { homeserver, bundles, journalOf, ...settings } = parts;
  return async (job, { signal, onProgress, onRoom }) => {
    const bundleFile = await bundles.localFile(job.id);
    if (bundleFile === undefined) throw new PorterError(410, "M_NOT_FOUND", "The bundle of this job is gone");
    const { importingUser, bundleSha256, workspace } = readImportParams(job);
    const { writer, uploads } = homeserver.asService(signal);
    const { report } = await importRoom({
      ...settings,
      jobId: job.id,
      bundleFile,
      bundleSha256,
      importingUser,
      ...(workspace && { workspace }),
      writer,
      media: uploads,
      journal: journalOf(job.id),
      onRoom,
      onProgress,
      signal,
    });
    return report;
  };
}
