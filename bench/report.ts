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
    const cpu = median(product.usage.map((usage) => usage.cpu)) / product.events;
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
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  "),
    )
    .join("\n");
}

function rate({ events, seconds }: Measurement): number {
  return events / median(seconds);
}

function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? high : (high + (sorted[middle - 1] ?? NaN)) / 2;
}
