import {
  collectDefaultMetrics,
  Gauge,
  Registry,
  type MetricObjectWithValues,
  type MetricValueWithName,
} from "prom-client";
import type { Clock } from "../../ports/clock.ts";
import { errorFields, type Logger } from "../../ports/logger.ts";
import type { Census, HomeserverMeter, JobMeter, Metric, MetricsPage } from "../../ports/metrics.ts";
import { CensusGauges } from "./census-gauges.ts";
import { homeserverMeter } from "./homeserver-meter.ts";
import { jobMeter } from "./job-meter.ts";

export interface Metrics {
  homeserver: HomeserverMeter;
  jobs: JobMeter;
  page: MetricsPage;
}

/** A database that is slower than this is left out of the page, in milliseconds: Prometheus waits ten seconds for all. */
const CENSUS_MS = 3000;
/** How often the event loop's delay is sampled, in milliseconds. */
const LOOP_SAMPLES_MS = 50;

/** The service's own metrics, beside those of the process, in the text format of Prometheus. */
export function prometheusMetrics({
  takeCensus,
  version,
  clock,
  logger,
  censusMs = CENSUS_MS,
}: {
  takeCensus: () => Promise<Census>;
  version: string;
  clock: Clock;
  logger: Logger;
  censusMs?: number;
}): Metrics {
  const registry = new Registry();
  const registers = [registry];
  new Gauge({
    name: "roomporter_build_info",
    help: "Always 1; which version runs on which Node.js",
    labelNames: ["version", "node"],
    registers,
  }).set({ version, node: process.versions.node }, 1);
  const gauges = new CensusGauges(registry, clock);
  const meters = { homeserver: homeserverMeter(registry), jobs: jobMeter(registry) };
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_SAMPLES_MS });

  const count = async (): Promise<void> => {
    gauges.set(
      await Promise.race([takeCensus(), tooSlow(censusMs)]).catch((error: unknown) => {
        logger.warn(errorFields(error), "the database could not be counted for the metrics");
        return undefined;
      }),
    );
  };
  return {
    ...meters,
    page: {
      contentType: registry.contentType,
      async text() {
        await count();
        return await registry.metrics();
      },
      async metrics() {
        await count();
        return (await registry.getMetricsAsJSON()).map(metricOf);
      },
    },
  };
}

/** prom-client keeps numbers among the labels (`le` of a histogram), and what is not a number out of none of them. */
function metricOf({ name, help, type, values }: MetricObjectWithValues<MetricValueWithName<string>>): Metric {
  return {
    name,
    help,
    // a word, whatever prom-client's types say
    type: String(type),
    samples: values
      .filter(({ value }) => Number.isFinite(value))
      .map(({ metricName, labels, value }) => ({
        name: metricName ?? name,
        labels: Object.fromEntries(Object.entries(labels).map(([label, text]) => [label, String(text)])),
        value,
      })),
  };
}

function tooSlow(censusMs: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error("no answer in time")), censusMs).unref();
  });
}
