import { expect } from "chai";
import { gauge, lineOf, mean, rate, type Reading } from "../../../web/administration/metrics/series.ts";

type Samples = Record<string, number>;

/** A reading after so many seconds. `name{kind}`: with that label. */
function reading(seconds: number, samples: Samples): Reading {
  const all = Object.entries(samples).map(([key, value]) => {
    const [, name = "", kind] = /^(\w+)(?:\{(\w+)\})?$/.exec(key) ?? [];
    return { name, labels: Object.fromEntries(kind === undefined ? [] : [["kind", kind]]), value };
  });
  return { at: 1000 * seconds, metrics: [{ name: "all", help: "", type: "counter", samples: all }] };
}

describe("the lines of the metrics", () => {
  const values = (measure: Parameters<typeof lineOf>[1], readings: Reading[]): (number | null)[] =>
    lineOf("x", measure, readings).points.map(({ value }) => value);

  it("show gauges as they are, summed over what is not asked for, and nothing where nothing is told", () => {
    const readings = [reading(0, { "jobs{a}": 1, "jobs{b}": 2 }), reading(5, {})];
    expect(values(gauge("jobs"), readings)).to.deep.equal([3, null]);
    expect(values(gauge("jobs", { kind: "b" }), readings)).to.deep.equal([2, null]);
    expect(values(gauge("jobs", { kind: "c" }), readings)).to.deep.equal([null, null]);
  });

  it("show counters as what they grow by, a second, also over a restart and a first sample", () => {
    const readings = [reading(0, {}), reading(5, { n: 10 }), reading(10, { n: 30 }), reading(20, { n: 5 })];
    expect(values(rate("n"), readings)).to.deep.equal([null, 2, 4, 0.5]);
  });

  it("show the mean of what a histogram has counted in between, and nothing where it has counted nothing", () => {
    const readings = [
      reading(0, { t_sum: 1, t_count: 10 }),
      reading(5, { t_sum: 3, t_count: 14 }),
      reading(10, { t_sum: 3, t_count: 14 }),
    ];
    expect(values(mean("t"), readings)).to.deep.equal([null, 0.5, null]);
  });
});
