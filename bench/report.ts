import type { Usage } from "./process-usage.ts";

/** One way of doing it: seconds of each round. */
export interface Measurement {
  events: number;
  seconds: number[];
  usage: Usage[];
}

/** A story of the product against the least that it could be. */
export interface Comparison {
  name: string;
  bare: Measurement;
  product: Measurement;
  /** lowest rate that is good, as a part of the bare one's */
  target: number;
}

const HIGHEST_MEMORY = 200;

/** The table that `npm run bench` ends with. */
export function report(comparisons: Comparison[]): string {
  const rows = [["", "events/s", "ratio", "target", "own CPU, ms/event", "peak memory"]];
  for (const { name, bare, product, target } of comparisons) {
    const cpu = cpuOfEvent(product);
    const peak = Math.max(...product.usage.map((usage) => usage.peak));
    rows.push([`bare ${name}`, rate(bare).toFixed(1)]);
    rows.push([
      name,
      rate(product).toFixed(1),
      (rate(product) / rate(bare)).toFixed(2),
      `≥ ${target.toFixed(2)}`,
      cpu.toFixed(2),
      `${peak.toFixed(0)} MB (< ${HIGHEST_MEMORY})`,
    ]);
  }
  return table(rows);
}

/** A number that must not be passed. */
export interface Goal {
  name: string;
  value: number;
  most: number;
  unit: string;
  digits: number;
}

/** The second table: what jobs of any length cost. */
export function goalReport(goals: Goal[]): string {
  const rows = goals.map(({ name, value, most, unit, digits }) => [
    name,
    `${value.toFixed(digits)} ${unit}`,
    `≤ ${most.toFixed(digits)}`,
    value <= most ? "" : "MISSED",
  ]);
  return table([["", "measured", "goal", ""], ...rows]);
}

function table(rows: string[][]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** CPU time of one event, in milliseconds. */
export function cpuOfEvent({ usage, events }: Measurement): number {
  return median(usage.map(({ cpu }) => cpu)) / events;
}

/** Of the fastest round: what else the machine does can only make a round slower. */
function rate({ events, seconds }: Measurement): number {
  return events / Math.min(...seconds);
}

function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? high : (high + (sorted[middle - 1] ?? NaN)) / 2;
}
