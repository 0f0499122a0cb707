import { bytes, decimal, duration } from "../../texts/format.ts";
import { t } from "../../texts/texts.ts";
import { gauge, mean, rate, type Measure } from "./series.ts";

/** What one plot shows. */
export interface PlotKind {
  title: string;
  lines: readonly [name: string, measure: Measure][];
  /** a value in words */
  words: (value: number) => string;
}

const short = (seconds: number): string =>
  seconds < 1 ? t.admin.metrics.ms(decimal(seconds * 1000)) : duration(seconds);
const each = (value: number): string => t.admin.metrics.perSecond(decimal(value));

/** The plots, in their order. Their metrics stand in docs/metrics.md. */
export function plotKinds(): PlotKind[] {
  const { titles, lines } = t.admin.metrics;
  return [
    {
      title: titles.jobs,
      lines: [
        [t.jobs.state.running, gauge("roomporter_jobs", { state: "running" })],
        [t.jobs.state.queued, gauge("roomporter_jobs", { state: "queued" })],
      ],
      words: decimal,
    },
    {
      title: titles.events,
      lines: [
        [lines.read, rate("roomporter_events_total", { kind: "export" })],
        [lines.replayed, rate("roomporter_events_total", { kind: "import" })],
      ],
      words: each,
    },
    {
      title: titles.calls,
      lines: [
        [lines.calls, rate("roomporter_homeserver_calls_total")],
        [lines.repeated, rate("roomporter_homeserver_retries_total")],
      ],
      words: each,
    },
    {
      title: titles.answers,
      lines: [[lines.mean, mean("roomporter_homeserver_call_duration_seconds")]],
      words: short,
    },
    {
      title: titles.memory,
      lines: [
        [lines.resident, gauge("process_resident_memory_bytes")],
        [lines.heap, gauge("nodejs_heap_size_used_bytes")],
      ],
      words: bytes,
    },
    {
      title: titles.cpu,
      lines: [[lines.process, rate("process_cpu_seconds_total")]],
      words: (cores) => t.admin.metrics.percent(decimal(cores * 100)),
    },
    { title: titles.lag, lines: [[lines.p99, gauge("nodejs_eventloop_lag_p99_seconds")]], words: short },
    { title: titles.inbox, lines: [[lines.waiting, gauge("roomporter_inbox_depth")]], words: decimal },
  ];
}
