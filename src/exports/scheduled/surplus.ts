import type { Job } from "../../ports/job-store.ts";
import { linkOf } from "./chain.ts";
import type { Schedules } from "./schedule.ts";
import { scheduledExportOf } from "./scheduled-job.ts";

/** A bundle that is kept, with the job that made it, where that is known. */
export interface KeptExport {
  id: string;
  job: Pick<Job, "report"> | undefined;
}

/** Does this schedule's own rule say how long this bundle is kept? */
export function isScheduled(id: string, schedules: Schedules): boolean {
  const found = scheduledExportOf(id);
  return found !== undefined && Object.hasOwn(schedules, found.schedule);
}

/**
 * Ids of the bundles that are more than their schedules keep. Of each room the latest `keep` stay, and what those go on from. A bundle
 * whose job is not known (the database is new) counts as whole.
 */
export function surplusOf(kept: readonly KeptExport[], schedules: Schedules): string[] {
  const rooms = Map.groupBy(
    kept.filter(({ id }) => isScheduled(id, schedules)),
    ({ id }) => {
      const { schedule = "", room = "" } = scheduledExportOf(id) ?? {};
      return `${schedule} ${room}`;
    },
  );
  return [...rooms.values()].flatMap((bundles) => {
    const newestFirst = bundles.toSorted((a, b) => (a.id < b.id ? 1 : -1));
    const { keep = Infinity } = schedules[scheduledExportOf(newestFirst[0]?.id ?? "")?.schedule ?? ""] ?? {};
    const last = newestFirst.findIndex((bundle, at) => at + 1 >= keep && isWhole(bundle));
    return last === -1 ? [] : newestFirst.slice(last + 1).map(({ id }) => id);
  });
}

function isWhole({ job }: KeptExport): boolean {
  const link = job && linkOf(job);
  return !link || link.position === 0;
}
