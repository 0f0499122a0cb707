import { Counter, Gauge, type Registry } from "prom-client";
import type { JobMeter } from "../../ports/metrics.ts";
import { JOB_KINDS } from "../../ports/job-store.ts";
import { OUTCOMES } from "./label-values.ts";

/** Counts what this process does for jobs. */
export function jobMeter(registry: Registry): JobMeter {
  const registers = [registry];
  const held = new Gauge({
    name: "roomporter_process_jobs",
    help: "Jobs that this process is working on, by kind",
    labelNames: ["kind"],
    registers,
  });
  const ended = new Counter({
    name: "roomporter_jobs_ended_total",
    help: "Jobs that ended while this process worked on them, by kind and outcome",
    labelNames: ["kind", "outcome"],
    registers,
  });
  const events = new Counter({
    name: "roomporter_events_total",
    help: "Events that exports have read and imports have replayed",
    labelNames: ["kind"],
    registers,
  });
  const bundles = new Counter({
    name: "roomporter_bundle_bytes_total",
    help: "Bytes of bundles taken in for imports (read) and written by exports (written)",
    labelNames: ["direction"],
    registers,
  });
  // a counter that is there from the start shows its first step
  for (const kind of JOB_KINDS) {
    held.set({ kind }, 0);
    events.inc({ kind }, 0);
    for (const outcome of OUTCOMES) ended.inc({ kind, outcome }, 0);
  }
  for (const direction of ["read", "written"]) bundles.inc({ direction }, 0);

  return {
    held: (kind, change) => held.inc({ kind }, change),
    events: (kind, count) => events.inc({ kind }, count),
    ended: (kind, outcome) => ended.inc({ kind, outcome }),
    bundle: (direction, bytes) => bundles.inc({ direction }, bytes),
  };
}
