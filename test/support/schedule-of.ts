import type { Schedule } from "../../src/exports/scheduled/schedule.ts";

/** A schedule of one room, every hour. */
export function scheduleOf(changes: Partial<Schedule> = {}): Schedule {
  return {
    cron: "0 * * * *",
    time_zone: "UTC",
    rooms: ["!a:x"],
    spaces: [],
    mode: "full",
    keep: 7,
    overdue_after_hours: 2,
    ...changes,
  };
}
