import type { JobContext } from "../../jobs/job-run.ts";
import type { JobDefinition } from "../../jobs/job-table.ts";
import type { JsonObject } from "../../matrix/json.ts";
import { openCollection } from "../../collections/open-collection.ts";
import type { Job } from "../../ports/job-store.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import { requireAble } from "../../requests/standing.ts";
import { patientWithStorage } from "../../requests/storage/storage-patience.ts";
import type { ImportJobParts } from "../import-job.ts";
import { requireDates } from "../require-dates.ts";
import { importSpace } from "./import-space.ts";
import { readSpaceImportParams } from "./space-import-params.ts";

/** The import of a collection as a job: replays the bundles of the collection that is kept under the job's id, from where the journals say. */
export function spaceImportJob(parts: ImportJobParts): JobDefinition {
  return {
    action: "space_import",
    permission: "user",
    onBehalfOf(job) {
      const { importing_user: importingUser } = readSpaceImportParams(job);
      return importingUser === job.owner ? null : importingUser;
    },
    async requireRetryable({ id }) {
      if ((await parts.bundles.size(id)) === undefined) throw notKept();
    },
    progressIsEvents: true,
    work: (job, context) => run(parts, job, context),
  };
}

async function run(parts: ImportJobParts, job: Job, context: JobContext): Promise<JsonObject> {
  const { homeserver, capabilities, bundles, journalOf, ...settings } = parts;
  const { signal, permit, onProgress, onRoom } = context;
  await using kept = await patientWithStorage(() => bundles.localFile(job.id, signal), signal);
  if (!kept) throw notKept();
  const params = readSpaceImportParams(job);
  // they may have been suspended since they asked
  await requireAble(homeserver, { userId: params.importing_user }, signal);
  await requireDates(capabilities);
  const { writer, uploads } = homeserver.asService(signal, permit);
  const collection = await openCollection(kept.path);
  try {
    const asked = { job, params, collection, onRoom, onProgress };
    const journal = (part: number): ReturnType<typeof journalOf> => journalOf(job, part);
    return await importSpace({ ...settings, ...asked, writer, media: uploads, journalOf: journal, signal });
  } finally {
    await collection.close();
  }
}

function notKept(): RequestError {
  return new RequestError(
    "gone",
    "M_NOT_FOUND",
    "The collection of this job is not kept any more, or this worker does not see the folder of the service (storage.path): import it again",
  );
}
