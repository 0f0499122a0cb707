import { prometheusMetrics, type Metrics } from "../../../../src/adapters/metrics/prometheus.ts";
import type { Census } from "../../../../src/ports/metrics.ts";
import { SILENT } from "../../../support/fakes/logger.ts";

export const NOTHING: Census = { jobs: [], oldestQueuedAt: undefined, inbox: 0, schedules: [] };

/** The metrics of a service whose database holds this. */
export function metricsOf(takeCensus: () => Promise<Census> = async () => NOTHING, now = 0): Metrics {
  return prometheusMetrics({ takeCensus, version: "1.2.3", clock: { now: () => now }, logger: SILENT, censusMs: 100 });
}

/** The samples of a page in the text format of Prometheus: `name{labels}` to value. */
export function samplesOf(page: string): Map<string, number> {
  const lines = page.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(" ");
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

/** Name, type and help of each metric of a page, in its order. */
export function metricsIn(page: string): { name: string; type: string; help: string }[] {
  const types = new Map([...page.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = "", type = ""]) => [name, type]));
  return [...page.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name = "", help = ""]) => ({
    name,
    type: types.get(name) ?? "",
    help,
  }));
}

/** The names that queries can use: of a histogram its three series. */
export function seriesOf({ name, type }: { name: string; type: string }): string[] {
  return type === "histogram" ? ["_bucket", "_sum", "_count"].map((end) => name + end) : [name];
}
