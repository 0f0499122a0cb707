import { apart } from "./isolating.ts";
import { locale } from "./texts.ts";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];

export function number(value: number): string {
  return value.toLocaleString(locale);
}

/** With one place behind the point where it is small: `4.2`, `1,200` */
export function decimal(value: number): string {
  return value.toLocaleString(locale, { maximumFractionDigits: Math.abs(value) < 100 ? 1 : 0 });
}

/** `Ann, Bob, Carl` */
export function names(several: readonly string[]): string {
  return new Intl.ListFormat(locale, { type: "unit", style: "short" }).format(several.map(apart));
}

/** `48.2 MB` */
export function bytes(size: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(size, 1)) / 3));
  const unit = UNITS[power] ?? "byte";
  const value = size / 1000 ** power;
  return value.toLocaleString(locale, {
    style: "unit",
    unit,
    unitDisplay: power === 0 ? "long" : "short",
    maximumFractionDigits: value < 10 && power > 0 ? 1 : 0,
  });
}

/** @param at milliseconds since the epoch, or RFC 3339 */
export function day(at: number | string): string {
  return new Date(at).toLocaleDateString(locale, { dateStyle: "medium" });
}

export function dayAndTime(at: number | string): string {
  return new Date(at).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["week", 7 * 86_400],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

/** `2 days ago`. @param at milliseconds since the epoch */
export function ago(at: number, now = Date.now()): string {
  const seconds = Math.max(0, (now - at) / 1000);
  const [unit, length] = STEPS.find(([, least]) => seconds >= least) ?? ["second", 1];
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  return format.format(length === 1 ? 0 : -Math.floor(seconds / length), unit);
}

/** `1 hr, 5 min` */
export function duration(seconds: number): string {
  const unit = (value: number, name: string): string =>
    value.toLocaleString(locale, { style: "unit", unit: name, unitDisplay: "short" });
  if (seconds < 60) return unit(Math.max(1, Math.round(seconds)), "second");
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return unit(minutes, "minute");
  return `${unit(Math.floor(minutes / 60), "hour")} ${unit(minutes % 60, "minute")}`;
}
