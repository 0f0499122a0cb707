import type { Clock } from "../../ports/clock.ts";
import type { JobStore } from "../../ports/job-store.ts";
import type { ScheduleStanding } from "../../ports/metrics.ts";
import { lastDue, subjectsOf, type Schedule, type Schedules } from "./schedule.ts";
import { roomMark, scheduledJobId } from "./scheduled-job.ts";

export interface StandingParts {
  schedules: Schedules;
  store: Pick<JobStore, "get">;
  clock: Clock;
  /** when this process started, in milliseconds since the epoch: what is made up for has its time, too */
  startedAt: number;
}

const HOUR_MS = 3600_000;
/** A schedule that is due every minute is looked at no further back than so many times. */
const MOST_TIMES = 200;

/** How each schedule stands. @throws StoreAway */
export async function scheduleStandings({ schedules, ...parts }: StandingParts): Promise<ScheduleStanding[]> {
  const all = Object.entries(schedules);
  return await Promise.all(all.map(([name, schedule]) => standingOf(name, schedule, parts)));
}

/** @throws Error where a schedule is overdue; the message names no room: it is for everybody */
export function requireInTime(standings: readonly ScheduleStanding[]): void {
  const late = standings.filter(({ overdue }) => overdue);
  if (late.length === 0) return;
  const each = late.map(({ name, missing, rooms }) => `${name} (${String(missing)} of ${String(rooms)} rooms)`);
  throw new Error(`schedules are overdue: ${each.join(", ")}; the log and an admin's list of jobs say why`);
}

async function standingOf(
  name: string,
  schedule: Schedule,
  { store, clock, startedAt }: Omit<StandingParts, "schedules">,
): Promise<ScheduleStanding> {
  const now = clock.now();
  const grace = schedule.overdue_after_hours * HOUR_MS;
  const rooms = subjectsOf(schedule).length;
  let missing = rooms;
  let due = lastDue(schedule, now);
  for (let looked = 0; due !== undefined && looked < MOST_TIMES; looked++) {
    missing = await missingAt(name, schedule, due, store);
    if (missing === 0) return { name, done: due, overdue: false, missing, rooms };
    if (now - due >= grace) break;
    due = lastDue(schedule, due - 1);
  }
  const since = due === undefined || now - due >= grace ? due : lastDue(schedule, now - grace);
  const overdue = since !== undefined && now - Math.max(since, startedAt) >= grace;
  return { name, done: undefined, overdue, missing: overdue ? missing : 0, rooms };
}

async function missingAt(
  name: string,
  schedule: Schedule,
  due: number,
  store: StandingParts["store"],
): Promise<number> {
  let missing = 0;
  for (const room of subjectsOf(schedule)) {
    const job = await store.get(scheduledJobId({ schedule: name, due, room: roomMark(room) }));
    if (job?.state !== "succeeded") missing++;
  }
  return missing;
}
