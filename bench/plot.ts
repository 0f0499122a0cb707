import type { Row } from "./bench.ts";
import { isKept } from "./report.ts";

const [WIDTH, ROW, LABEL, BAR] = [960, 26, 560, 360];
/** A bar ends at so many times its bound. */
const MOST = 2;

/**
 * The rows as an SVG picture: how far each is from its bound, which is the line in the middle. To the right of it is better, whichever way
 * the figure goes.
 */
export function plot(rows: readonly Row[]): string {
  const height = ROW * (rows.length + 1);
  const bars = rows.map((row, index) => {
    const share = Math.min(MOST, "least" in row.must ? row.value / row.must.least : row.must.most / row.value);
    const y = ROW * index + ROW / 2;
    const label = `<text x="${LABEL - 8}" y="${y + 15}" text-anchor="end">${escaped(row.what)}</text>`;
    const width = ((BAR * share) / MOST).toFixed(1);
    const colour = isKept(row) ? "#2e7d32" : "#c62828";
    return `${label}<rect x="${LABEL}" y="${y + 3}" width="${width}" height="${ROW - 8}" fill="${colour}"/>`;
  });
  const bound = LABEL + BAR / MOST;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    ...bars,
    `<line x1="${bound}" x2="${bound}" y1="4" y2="${height - 4}" stroke="#000" stroke-dasharray="4"/>`,
    "</svg>\n",
  ].join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("`", "");
}
