import type { ReactNode } from "react";
import { t } from "../../texts/texts.ts";
import type { Line, Point } from "./series.ts";

interface Props {
  title: string;
  lines: readonly Line[];
  /** a value in words */
  words: (value: number) => string;
}

/** What a plot is drawn on, in its own units. */
const WIDTH = 240;
const HEIGHT = 60;

/** Lines over the time, and in words where they are now. Its picture says nothing that the words do not. */
export function Plot({ title, lines, words }: Props): ReactNode {
  const points = lines.flatMap((line) => line.points);
  const highest = Math.max(...points.map(({ value }) => value ?? 0), 0);
  const [from = 0, until = 0] = [points[0]?.at, points.at(-1)?.at];
  const place = ({ at, value }: Point): string =>
    `${round(until === from ? WIDTH : ((at - from) / (until - from)) * WIDTH)},${round(
      highest === 0 ? HEIGHT : HEIGHT - ((value ?? 0) / highest) * HEIGHT,
    )}`;
  return (
    <figure className="card plot">
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 -2 ${String(WIDTH)} ${String(HEIGHT + 4)}`} preserveAspectRatio="none" aria-hidden="true">
        <line x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
        {lines.map(({ name, points: all }, index) => (
          <g key={name} className={`line${String(index)}`}>
            {unbroken(all).map((piece) => (
              // a moment alone is a dot
              <polyline key={piece[0]?.at} points={[...piece, ...piece.slice(-1)].map(place).join(" ")} />
            ))}
          </g>
        ))}
      </svg>
      <ul>
        {lines.map(({ name, points: all }, index) => {
          const value = all.at(-1)?.value ?? null;
          return (
            <li key={name}>
              <span className={`sample line${String(index)}`} aria-hidden="true" />
              {name} <strong>{value === null ? t.admin.metrics.nothing : words(value)}</strong>
            </li>
          );
        })}
      </ul>
      <p className="soft">{t.admin.metrics.highest(words(highest))}</p>
    </figure>
  );
}

/** The pieces between moments that do not tell. */
function unbroken(points: readonly Point[]): Point[][] {
  const pieces: Point[][] = [[]];
  for (const point of points)
    if (point.value === null) pieces.push([]);
    else pieces.at(-1)?.push(point);
  return pieces.filter((piece) => piece.length > 0);
}

function round(value: number): string {
  return value.toFixed(1);
}
