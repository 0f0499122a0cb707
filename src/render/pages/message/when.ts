const DAY = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
});
const SHORT = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" });

/** A Matrix time (milliseconds) may be any integer, and lie beyond what a date can say. */
function dateOf(ts: number): Date | undefined {
  const date = new Date(ts);
  const year = date.getUTCFullYear();
  return year >= 0 && year <= 9999 ? date : undefined;
}

/** `2023-11-14`, in UTC; `0000-00-00` where the time is none that a calendar knows. */
export function dayOf(ts: number): string {
  return dateOf(ts)?.toISOString().slice(0, 10) ?? "0000-00-00";
}

/** `22:13`, in UTC */
export function clockOf(ts: number): string {
  return dateOf(ts)?.toISOString().slice(11, 16) ?? "--:--";
}

/** RFC 3339 */
export function instantOf(ts: number): string {
  return dateOf(ts)?.toISOString() ?? `${ts} ms`;
}

/** `Tuesday, 14 November 2023` */
export function dayText(ts: number): string {
  const date = dateOf(ts);
  return date ? DAY.format(date) : "At no time of the calendar";
}

/** `14 Nov 2023`, of a day as `dayOf` gives it */
export function shortDay(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(date.getTime()) ? "?" : SHORT.format(date);
}

/** `14 Nov 2023, 22:13` */
export function momentText(ts: number): string {
  return `${shortDay(dayOf(ts))}, ${clockOf(ts)}`;
}
