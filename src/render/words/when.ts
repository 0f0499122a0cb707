const DAY_MS = 86_400_000;
const DAY = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
});
const SHORT = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" });

const MONTH = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", month: "short", year: "numeric" });

interface Day {
  iso: string;
  short: string;
  long: string;
}
const NO_DAY: Day = { iso: "0000-00-00", short: "?", long: "At no time of the calendar" };
/** A Matrix time (milliseconds) may be any integer, and lie beyond what a calendar can say. */
const [FIRST, LAST] = [Date.parse("0000-01-01T00:00:00Z"), Date.parse("9999-12-31T23:59:59.999Z")];

/** Days that were asked for: most events stand on the day of the one before them. */
const known = new Map<number, Day>();
const MOST_KNOWN = 1000;

function dayAt(ts: number): Day {
  if (!isOfCalendar(ts)) return NO_DAY;
  const number = Math.floor(ts / DAY_MS);
  const found = known.get(number);
  if (found) return found;
  const date = new Date(number * DAY_MS);
  const day = { iso: date.toISOString().slice(0, 10), short: SHORT.format(date), long: DAY.format(date) };
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(number, day);
  return day;
}

/** Is it a time that a calendar knows? */
export function isOfCalendar(ts: number): boolean {
  return ts >= FIRST && ts <= LAST;
}

/** `2023-11-14`, in UTC; `0000-00-00` where the time is none that a calendar knows. */
export function dayOf(ts: number): string {
  return dayAt(ts).iso;
}

/** `22:13`, in UTC */
export function clockOf(ts: number): string {
  if (!isOfCalendar(ts)) return "--:--";
  return CLOCK[Math.floor((ts - startOf(ts)) / 60_000)] as string;
}

/** The minutes of a day, as `22:13`. */
const CLOCK = Array.from(
  { length: 24 * 60 },
  (_, minute) => `${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}`,
);

function twoDigits(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}

/** The beginning of the day of a time, in milliseconds since the epoch. */
function startOf(ts: number): number {
  return Math.floor(ts / DAY_MS) * DAY_MS;
}

/** RFC 3339 */
export function instantOf(ts: number): string {
  if (!isOfCalendar(ts)) return `${ts} ms`;
  if (!Number.isInteger(ts)) return new Date(ts).toISOString();
  const { iso } = dayAt(ts);
  const left = ts - startOf(ts);
  const seconds = Math.floor(left / 1000) % 60;
  return `${iso}T${CLOCK[Math.floor(left / 60_000)]}:${twoDigits(seconds)}.${String(left % 1000).padStart(3, "0")}Z`;
}

/** `Tuesday, 14 November 2023` */
export function dayText(ts: number): string {
  return dayAt(ts).long;
}

/** `14 Nov 2023`, in UTC */
export function shortDay(ts: number): string {
  return dayAt(ts).short;
}

/** `Nov 2023`, of a month as `2023-11` */
export function monthText(month: string): string {
  const date = new Date(`${month}-01T00:00:00Z`);
  return Number.isNaN(date.getTime()) ? "?" : MONTH.format(date);
}

/** `14 Nov 2023, 22:13` */
export function momentText(ts: number): string {
  return `${dayAt(ts).short}, ${clockOf(ts)}`;
}
