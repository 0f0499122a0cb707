import type { Cost, Row } from "./bench.ts";

const HEADER = ["what", "measured", "must", "", "own CPU, ms", "homeserver CPU, ms", "wall, s", "peak memory, MB"];

/** The table of docs/performance.md, in Markdown. Where two figures stand in a cell, they are the product's and its peer's. */
export function report(rows: readonly Row[]): string {
  const cells = rows.map(({ what, value, unit, must, product, peer }) => {
    const pair = (name: keyof Cost, digits: number): string => both(product[name], peer?.[name], digits);
    return [
      what,
      figure(value, unit),
      "least" in must ? `≥ ${figure(must.least, unit)}` : `≤ ${figure(must.most, unit)}`,
      isKept({ value, must }) ? "" : "MISSED",
      ...[pair("service", 0), pair("homeserver", 0), pair("wall", 2), pair("peak", 0)],
    ];
  });
  return table([HEADER, ...cells]);
}

export function isKept({ value, must }: Pick<Row, "value" | "must">): boolean {
  return "least" in must ? value >= must.least : value <= must.most;
}

function figure(value: number, unit: Row["unit"]): string {
  const digits = unit === "MB" ? 0 : unit === "ms" || value < 0.1 ? 3 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)}${unit === "times" ? "" : ` ${unit}`}`;
}

function both(product: number | undefined, peer: number | undefined, digits: number): string {
  if (product === undefined && peer === undefined) return "";
  const [ours, theirs] = [product, peer].map((value) => (value === undefined ? "–" : value.toFixed(digits)));
  return peer === undefined ? (ours ?? "") : `${ours} / ${theirs}`;
}

function table([header = [], ...rows]: string[][]): string {
  const widths = header.map((_, column) => Math.max(3, ...[header, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]): string =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(" | ")} |`;
  const rule = widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(header), line(rule), ...rows.map(line)].join("\n");
}
