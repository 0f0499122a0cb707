import type { JobKind } from "../ports/job-store.ts";
import type { JobMeter } from "../ports/metrics.ts";
import type { JobWork } from "./job-run.ts";
import type { JobDefinition } from "./job-table.ts";

/** The same work, counted: what this process holds, and the events that its progress tells of. */
export function meteredWork(
  kind: JobKind,
  { work, progressIsEvents = false }: Pick<JobDefinition, "work" | "progressIsEvents">,
  meter: JobMeter,
): JobWork {
  return async (job, context) => {
    let before: number | undefined;
    const onProgress: typeof context.onProgress = (progress) => {
      // a job that goes on does not begin at 0; its first report is about one event
      if (progressIsEvents) meter.events(kind, Math.max(0, progress.done - (before ?? progress.done - 1)));
      before = progress.done;
      context.onProgress(progress);
    };
    meter.held(kind, 1);
    try {
      return await work(job, { ...context, onProgress });
    } finally {
      meter.held(kind, -1);
    }
  };
}
