const MONTHS = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];
const DATE =
  /^(?:[A-Za-z]+, )?([A-Za-z]+) (\d{1,2}), (\d{4}) at (\d{1,2}):(\d{2}):(\d{2})[\s\u00a0\u202f]?([AP]M)? ?UTC$/;

/** Milliseconds since the epoch of a date as Takeout writes it, `Monday, March 4, 2024 at 12:00:00 PM UTC`, or as ISO 8601 has it. */
export function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, name = "", day, year, hour, minute, second, half] = DATE.exec(text.trim()) ?? [];
  const month = MONTHS.indexOf(name.toLowerCase());
  if (month < 0) return /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : undefined;
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half === "PM" ? 12 : 0);
  return Date.UTC(Number(year), month, Number(day), hours, Number(minute), Number(second));
}
