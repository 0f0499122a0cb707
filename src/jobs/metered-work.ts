import type { JobKind } from "../ports/job-store.ts";
import type { JobMeter } from "../ports/metrics.ts";
import type { JobWork } from "./job-run.ts";

/** The same work, counted: what this process holds, and the events that imports replay (exports count what they read). */
export function meteredWork(work: Record<JobKind, JobWork>, meter: JobMeter): Record<JobKind, JobWork> {
  const held = (kind: JobKind): JobWork => {
    return async (job, context) => {
      meter.held(kind, 1);
      try {
        return await work[kind](job, context);
      } finally {
        meter.held(kind, -1);
      }
    };
  };
  return {
    export: held("export"),
    gdpr_export: held("gdpr_export"),
    import: (job, context) => {
      let before: number | undefined;
      const onProgress: typeof context.onProgress = (progress) => {
        // a job that goes on does not begin at 0; its first report is about one event
        meter.events("import", Math.max(0, progress.done - (before ?? progress.done - 1)));
        before = progress.done;
        context.onProgress(progress);
      };
      return held("import")(job, { ...context, onProgress });
    },
  };
}
