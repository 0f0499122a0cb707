import { createHash } from "node:crypto";

/** One export of one room, as a schedule has asked for it. */
export interface ScheduledExport {
  /** the schedule's name */
  schedule: string;
  /** when it was due, in milliseconds since the epoch; full seconds */
  due: number;
  /** tells the schedule's rooms apart: `roomMark` */
  room: string;
}

const ID = /^([a-z0-9][a-z0-9-]{0,30})-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-([0-9a-f]{8})$/;

/** Of the room as the configuration names it, so that it stays the same where an alias leads elsewhere. */
export function roomMark(room: string): string {
  return createHash("sha256").update(room).digest("hex").slice(0, 8);
}

/**
 * The id of its job, and the name of its bundle: whoever asks for the same export asks for the same job, so that it is made once
 * however many processes there are. Bundles of one room in the order of their names are in the order of time.
 */
export function scheduledJobId({ schedule, due, room }: ScheduledExport): string {
  const time = new Date(due).toISOString().replace(/[-:]|\.\d+/g, "");
  return `${schedule}-${time}-${room}`;
}

/** undefined where it is the id of another job */
export function scheduledExportOf(jobId: string): ScheduledExport | undefined {
  const [, schedule, year, month, day, hours, minutes, seconds, room] = ID.exec(jobId) ?? [];
  const due = Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`);
  return schedule === undefined || room === undefined || Number.isNaN(due) ? undefined : { schedule, due, room };
}

/** Whose jobs they are: no user's, so that they count against no user's limits. */
export function ownerOfSchedule(name: string): string {
  return `schedule:${name}`;
}
