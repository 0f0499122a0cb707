import { readFileSync } from "node:fs";
import { expect } from "chai";
import { load } from "js-yaml";
import { isObject, member, stringMember, type JsonValue } from "../../../../src/matrix/json.ts";
import { metricsIn, metricsOf, NOTHING, samplesOf, seriesOf } from "./page.ts";
import { namesIn } from "./promql.ts";

const read = (path: string): string => readFileSync(new URL(`../../../../${path}`, import.meta.url), "utf8");

/** Every string under the key `expr` or `definition`, however deep. */
function queriesIn(value: JsonValue): string[] {
  if (Array.isArray(value)) return value.flatMap(queriesIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    ["expr", "definition"].includes(key) && typeof inner === "string" ? [inner] : queriesIn(inner),
  );
}

describe("the documents about metrics", () => {
  let own: { name: string; type: string }[];
  /** of each metric, or of each series of a histogram, its labels */
  const labelsOf = new Map<string, string[]>();
  before(async () => {
    const schedules = [{ name: "nightly", done: 0, overdue: false, missing: 0, rooms: 1 }];
    const metrics = metricsOf(async () => ({ ...NOTHING, schedules }));
    metrics.homeserver.called({ method: "GET", endpoint: "other", status: 200, seconds: 0.1 });
    const page = await metrics.page.text();
    const all = metricsIn(page);
    own = all.filter(({ name }) => name.startsWith("roomporter_"));
    for (const metric of all) for (const series of seriesOf(metric)) labelsOf.set(series, []);
    for (const sample of samplesOf(page).keys()) {
      const [name = "", labels = ""] = sample.split("{");
      labelsOf.set(
        name,
        [...labels.matchAll(/(\w+)="/g)].map(([, label = ""]) => label),
      );
    }
    labelsOf.set("up", []);
  });

  function check(query: string): void {
    const { metrics, labels } = namesIn(query);
    expect(metrics, query).not.to.be.empty;
    for (const metric of metrics) expect(labelsOf.has(metric), `${metric} in ${query}`).to.equal(true);
    const known = ["job", "instance", ...metrics.flatMap((metric) => labelsOf.get(metric) ?? [])];
    expect(known, query).to.include.members(labels);
  }

  it("list every metric of the service, with its type and labels, and nothing else", () => {
    const rows = [...read("docs/metrics.md").matchAll(/^\| `(roomporter_\w+)` *\| (\w+) *\| (?:`([^`]*)`)? *\|/gm)];
    const documented = rows.map(([, name, type, labels = ""]) => ({ name, type, labels }));
    const real = own.map(({ name, type }) => {
      const labels = labelsOf.get(type === "histogram" ? `${name}_sum` : name) ?? [];
      return { name, type, labels: labels.join(", ") };
    });
    expect(documented).to.have.deep.members(real);
  });

  it("ask only for what exists: the dashboard", () => {
    const dashboard = JSON.parse(read("docs/grafana-dashboard.json")) as JsonValue;
    const queries = queriesIn(dashboard);
    expect(queries).to.have.length.greaterThan(20);
    for (const query of queries) check(query);
    // and every metric of the service is looked at
    const asked = new Set(queries.flatMap((query) => namesIn(query).metrics));
    for (const metric of own)
      expect(
        seriesOf(metric).some((series) => asked.has(series)),
        metric.name,
      ).to.equal(true);
  });

  it("ask only for what exists: the alerts, and each is explained to the operator", () => {
    const alerts = load(read("deploy/prometheus-alerts.yml")) as JsonValue;
    const queries = queriesIn(alerts);
    expect(queries).to.have.length.greaterThan(5);
    for (const query of queries) check(query);
    const rules = member((member(alerts, "groups") as JsonValue[])[0] ?? null, "rules") as JsonValue[];
    const operating = read("docs/operating.md");
    for (const rule of rules) expect(operating).to.contain(`\`${stringMember(rule, "alert") ?? "?"}\``);
  });

  it("ask only for what exists: the examples", () => {
    for (const page of ["docs/metrics.md", "docs/operating.md"]) {
      const spans = [...read(page).matchAll(/`([^`\n]*)`/g)].map(([, span = ""]) => span.replaceAll("\\|", "|"));
      const queries = spans.filter((span) => /^[a-z_]+ ?(?:by )?[({].*(?:roomporter|process|nodejs)_/.test(span));
      for (const query of queries) check(query);
      const names = spans.filter((span) => /^(?:roomporter|process|nodejs)_\w+$/.test(span));
      for (const name of names) expect(labelsOf.has(name) || labelsOf.has(`${name}_count`), name).to.equal(true);
    }
  });
});

describe("the reading of queries", () => {
  it("tells metrics from everything else", () => {
    const query = `sum by (le, x) (rate(a_bucket{y=~"b|c",z!="d"}[5m])) / 2 > 1.5 and max(e) without (f) unless on (g) h`;
    expect(namesIn(query)).to.deep.equal({ metrics: ["a_bucket", "e", "h"], labels: ["y", "z", "le", "x", "f", "g"] });
    expect(namesIn("label_values(a, b)")).to.deep.equal({ metrics: ["a"], labels: ["b"] });
  });
});
