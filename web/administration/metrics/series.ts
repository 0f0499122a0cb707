import type { Metric } from "../../../src/ports/metrics.ts";

/** All numbers at one moment. */
export interface Reading {
  /** milliseconds since the epoch */
  at: number;
  metrics: readonly Metric[];
}

/** One point of a line: null where the moment does not tell. */
export interface Point {
  at: number;
  value: number | null;
}

/** What a line shows of one reading, where there is one before it also of what has changed since. */
export type Measure = (now: Reading, before: Reading | undefined) => number | null;

export interface Line {
  name: string;
  points: readonly Point[];
}

type Labels = Readonly<Record<string, string>>;

/** The sum of all samples of that name with these labels; null where there is none. */
function sumOf({ metrics }: Reading, name: string, labels: Labels = {}): number | null {
  const samples = metrics
    .flatMap(({ samples: all }) => all)
    .filter(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    );
  return samples.length === 0 ? null : samples.reduce((sum, { value }) => sum + value, 0);
}

/** What a gauge says. */
export function gauge(name: string, labels?: Labels): Measure {
  return (now) => sumOf(now, name, labels);
}

/** How fast a counter grows, a second. A counter that is smaller than before has begun anew, with its process. */
export function rate(name: string, labels?: Labels): Measure {
  return (now, before) => {
    const growth = growthOf(name, now, before, labels);
    return growth === null || before === undefined ? null : growth / ((now.at - before.at) / 1000);
  };
}

/** The mean of what a histogram has counted since the last reading; null where it has counted nothing. */
export function mean(name: string): Measure {
  return (now, before) => {
    const [sum, count] = [growthOf(`${name}_sum`, now, before), growthOf(`${name}_count`, now, before)];
    return sum === null || count === null || count === 0 ? null : sum / count;
  };
}

/** A measure at each of the readings. */
export function lineOf(name: string, measure: Measure, readings: readonly Reading[]): Line {
  return {
    name,
    points: readings.map((reading, index) => ({ at: reading.at, value: measure(reading, readings[index - 1]) })),
  };
}

function growthOf(name: string, now: Reading, before: Reading | undefined, labels?: Labels): number | null {
  if (before === undefined || now.at <= before.at) return null;
  const [last, first] = [sumOf(now, name, labels), sumOf(before, name, labels)];
  if (last === null) return null;
  return last >= (first ?? 0) ? last - (first ?? 0) : last;
}
