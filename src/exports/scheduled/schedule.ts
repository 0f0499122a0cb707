import { Cron } from "croner";

/** What an operator has exported again and again. */
export interface Schedule {
  /** when, as cron writes it: minute, hour, day of the month, month, day of the week */
  cron: string;
  /** of the IANA database */
  time_zone: string;
  /** of the rooms, only what this user may see; absent: what the service user may */
  as?: string | undefined;
  /** room ids and aliases */
  rooms: readonly string[];
  /** the same of spaces, each of which is exported with the rooms below it */
  spaces: readonly string[];
  /** a folder of this machine for the bundles; absent: they are kept with all others */
  to?: string | undefined;
  /** of spaces every bundle is whole */
  mode: "full" | "increments";
  /** bundles of each room that are kept at least: older ones are deleted */
  keep: number;
  /** how long after it was due an export may take until the schedule counts as overdue */
  overdue_after_hours: number;
}

/** What a schedule exports, one by one, as the configuration names it. */
export function subjectsOf({ rooms, spaces }: Pick<Schedule, "rooms" | "spaces">): string[] {
  return [...rooms, ...spaces];
}

/** By their names: lower-case letters, digits and dashes. */
export type Schedules = Readonly<Record<string, Schedule>>;

type Times = Pick<Schedule, "cron" | "time_zone">;

/** The last time that a schedule was due, in milliseconds since the epoch; undefined: it never was. */
export function lastDue(times: Times, now: number): number | undefined {
  // what is due now counts, too; the library looks at full seconds
  return cronOf(times)
    .previousRuns(1, new Date(now + 1000))[0]
    ?.getTime();
}

/** The next time after now; undefined: there is none. */
export function nextDue(times: Times, now: number): number | undefined {
  return cronOf(times).nextRun(new Date(now))?.getTime();
}

/** What is wrong with the times of a schedule; undefined: nothing. */
export function wrongTimes(times: Times, now: number): { key: keyof Times; message: string } | undefined {
  if (!isTimeZone(times.time_zone))
    return { key: "time_zone", message: "expected a time zone like Europe/Berlin, or UTC" };
  const expected = "expected five fields of cron: minute, hour, day of the month, month, day of the week";
  try {
    const cron = cronOf(times);
    if (times.cron.trim().split(/\s+/).length !== 5) return { key: "cron", message: expected };
    return cron.nextRun(new Date(now)) ? undefined : { key: "cron", message: "there is no such date" };
  } catch {
    return { key: "cron", message: expected };
  }
}

function cronOf({ cron, time_zone: timezone }: Times): Cron {
  return new Cron(cron, { paused: true, timezone });
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
