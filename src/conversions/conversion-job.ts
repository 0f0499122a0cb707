import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { safeFileName } from "../bundle/archive/safe-file-name.ts";
import type { UserStorage } from "../exports/kept/user-storage.ts";
import type { JobContext } from "../jobs/job-run.ts";
import type { JobDefinition } from "../jobs/job-table.ts";
import type { JsonObject } from "../matrix/json.ts";
import type { BundleStore } from "../ports/bundle-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { DiskSpace } from "../ports/disk-space.ts";
import type { Job } from "../ports/job-store.ts";
import { RequestError } from "../requests/failures/failure.ts";
import { linkOrCopy } from "../requests/storage/link-or-copy.ts";
import { patientWithStorage } from "../requests/storage/storage-patience.ts";
import { readConversionParams } from "./conversion-params.ts";
import { bundleReport } from "./conversion-report.ts";
import { convertUpload } from "./convert-upload.ts";

export interface ConversionJobParts {
  bundles: BundleStore;
  userStorage: Pick<UserStorage, "put">;
  /** for what is unpacked meanwhile; goes with the process */
  workFolder: string;
  /** of its disk */
  space: DiskSpace;
  /** largest bundle that the service takes, in bytes: what is unpacked is bounded by it */
  largest: number;
  /** `roomporter/VERSION` */
  generator: string;
  clock: Clock;
}

/**
 * A conversion as a job. Under its id first the upload is kept, then the bundle made of it: a run that finds a bundle there already
 * has nothing left to do but to tell of it.
 */
export function conversionJob(parts: ConversionJobParts): JobDefinition {
  return {
    action: "convert",
    permission: "user",
    onBehalfOf: () => null,
    async requireRetryable({ id }) {
      if ((await parts.bundles.size(id)) === undefined) throw notKept();
    },
    progressIsEvents: true,
    work: (job, context) => runConversion(parts, job, context),
  };
}

async function runConversion(parts: ConversionJobParts, job: Job, context: JobContext): Promise<JsonObject> {
  const { bundles, userStorage, workFolder, space, largest, generator, clock } = parts;
  const { signal, onProgress } = context;
  await using kept = await patientWithStorage(() => bundles.localFile(job.id, signal), signal);
  if (!kept) throw notKept();
  const made = await bundleReport(kept.path);
  if (made) return made;
  const folder = await mkdtemp(join(workFolder, "convert-"));
  try {
    const { file_name: fileName, ...options } = readConversionParams(job);
    // some programs tell of a conversation in the name of its file
    const input = join(folder, "in", safeFileName(fileName));
    await mkdir(join(folder, "in"));
    await linkOrCopy(kept.path, input, space);
    const output = join(folder, "bundle.zip");
    const looked = await convertUpload(
      { input, output, workFolder: folder, ...options, generator, now: clock.now(), signal },
      {
        takeSpace: withinBounds(space, largest),
        onEvents: (done) => onProgress({ done, total: null }),
      },
    );
    if (looked) return looked;
    const report = await bundleReport(output);
    if (!report) throw new Error("the conversion has made no bundle");
    signal.throwIfAborted();
    await patientWithStorage(() => userStorage.put(job, output, signal), signal);
    const { events } = report.counts;
    onProgress({ done: events, total: events });
    return report;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Files and messages of one bundle, and the bundle itself. */
const WRITTEN_TIMES = 3;

function withinBounds(space: DiskSpace, largest: number): (bytes: number) => Promise<void> {
  let left = WRITTEN_TIMES * largest;
  return async (bytes) => {
    left -= bytes;
    if (left < 0)
      throw new RequestError(
        "too_large",
        "M_TOO_LARGE",
        `The conversation is larger than a bundle may be here (limits.upload_size: ${String(largest)} bytes)`,
      );
    await space.require(bytes);
  };
}

function notKept(): RequestError {
  return new RequestError(
    "gone",
    "M_NOT_FOUND",
    "The file of this job is not kept any more, or this worker does not see the folder of the service (storage.path): convert the upload again",
  );
}
