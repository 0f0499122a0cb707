import type { BundleStore } from "../ports/bundle-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { KnownCapabilities } from "../ports/homeserver/capabilities.ts";
import type { HomeserverAccess } from "../ports/homeserver/homeserver-access.ts";
import type { ImportJournal } from "../ports/import-journal.ts";
import type { Job, Lease } from "../ports/job-store.ts";
import type { PolicyStore } from "../ports/policy-store.ts";
import { importRoom } from "./import-room.ts";
import type { LabelStyle } from "./plan/labels/label.ts";
import type { JsonObject } from "../matrix/json.ts";
import type { JobContext } from "../jobs/job-run.ts";
import type { JobDefinition } from "../jobs/job-table.ts";
import { readImportParams } from "./import-params.ts";
import { requireDates } from "./require-dates.ts";
import { RequestError } from "../requests/failures/failure.ts";
import { requireAble } from "../requests/standing.ts";
import { patientWithStorage } from "../requests/storage/storage-patience.ts";

export interface ImportJobParts {
  homeserver: HomeserverAccess;
  /** what the homeserver was seen to do */
  capabilities: KnownCapabilities;
  bundles: BundleStore;
  journalOf: (run: Lease) => ImportJournal;
  policies: Pick<PolicyStore, "begin">;
  roomVersion: string;
  labelStyle: LabelStyle;
  clock: Clock;
}

/** An import as a job: replays the bundle that is kept under the job's id, from where the journal says. */
export function importJob(parts: ImportJobParts): JobDefinition {
  return {
    action: "import",
    permission: "user",
    onBehalfOf(job) {
      const { importingUser } = readImportParams(job);
      return importingUser === job.owner ? null : importingUser;
    },
    async requireRetryable({ id }) {
      if ((await parts.bundles.size(id)) === undefined)
        throw new RequestError("gone", "M_NOT_FOUND", "The bundle of this job is not kept any more: import it again");
    },
    progressIsEvents: true,
    work: (job, context) => runImport(parts, job, context),
  };
}

async function runImport(
  { homeserver, capabilities, bundles, journalOf, ...settings }: ImportJobParts,
  job: Job,
  { signal, permit, onProgress, onRoom }: JobContext,
): Promise<JsonObject> {
  await using bundle = await patientWithStorage(() => bundles.localFile(job.id, signal), signal);
  if (!bundle)
    throw new RequestError(
      "gone",
      "M_NOT_FOUND",
      "The bundle of this job is not kept any more, or this worker does not see the folder of the service (storage.path). Import it again.",
    );
  const { importingUser, bundleSha256, signedBy, workspace, allowPlaintext } = readImportParams(job);
  // they may have been suspended since they asked
  await requireAble(homeserver, { userId: importingUser }, signal);
  // it may have been another homeserver, or not probed yet, when they asked
  await requireDates(capabilities);
  const { writer, uploads } = homeserver.asService(signal, permit);
  const { report } = await importRoom({
    ...settings,
    jobId: job.id,
    bundleFile: bundle.path,
    bundleSha256,
    signedBy,
    askedBy: job.owner,
    importingUser,
    allowPlaintext,
    ...(workspace && { workspace }),
    writer,
    media: uploads,
    journal: journalOf(job),
    onRoom,
    onProgress,
    signal,
  });
  return report;
}
