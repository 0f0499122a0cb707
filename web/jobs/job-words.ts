import type { Job } from "../service/shapes.ts";
import { duration, number } from "../texts/format.ts";
import { t } from "../texts/texts.ts";
import { CONVERSION_REPORT } from "./reports.ts";

/** What a job is about. */
export function jobTitle({ kind, room_id: roomId, subject, report }: Job, nameOf: (roomId: string) => string): string {
  if (kind === "gdpr_export") return t.jobs.gdpr;
  if (kind === "space_export") return t.jobs.space(roomId === null ? "" : nameOf(roomId));
  if (kind === "predecessors_export") return t.jobs.predecessors(roomId === null ? "" : nameOf(roomId));
  if (kind === "space_import") return t.jobs.spaceImport(subject ?? "");
  if (kind === "convert") return t.jobs.convert(CONVERSION_REPORT.safeParse(report).data?.room.name ?? subject ?? "");
  if (kind === "export") return t.jobs.export(roomId === null ? "" : nameOf(roomId));
  const known = roomId === null ? "" : nameOf(roomId);
  return t.jobs.import(subject ?? (known === roomId ? "" : known));
}

/** How it stands. One that was cancelled and has kept what it had made waits to be resumed. */
export function stateWord({ state, kept }: Job): string {
  return state === "cancelled" && kept ? t.jobs.paused : t.jobs.state[state];
}

/** How far it is, how fast, how long still. */
export function progressText({ progress: { done, total, unit, rate, seconds_left: left } }: Job): string {
  const far =
    unit === "rooms"
      ? t.jobs.roomsSoFar(number(done))
      : total === null
        ? t.jobs.soFar(number(done))
        : t.jobs.ofTotal(number(done), number(total));
  return [
    far,
    ...(rate === null ? [] : [t.jobs.rate(number(rate))]),
    ...(left === null ? [] : [t.jobs.left(duration(left))]),
  ].join(" · ");
}

/** 0 to 100; null: nobody knows. */
export function percentOf({ progress: { done, total } }: Job): number | null {
  return total === null || total === 0 ? null : Math.min(100, (done / total) * 100);
}
