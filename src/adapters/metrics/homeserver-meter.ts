import { Counter, Histogram, type Registry } from "prom-client";
import type { HomeserverMeter, RetryReason } from "../../ports/metrics.ts";

/** Seconds: from an answer out of a cache to a page that the homeserver has to fetch from other servers first. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];
const REASONS: Record<RetryReason, true> = { rate_limited: true, server_error: true, away: true, no_answer: true };

/** Counts calls of the homeserver. */
export function homeserverMeter(registry: Registry): HomeserverMeter {
  const registers = [registry];
  const calls = new Counter({
    name: "roomporter_homeserver_calls_total",
    help: "Attempts at calls of the homeserver, by method, endpoint and HTTP status (none: no answer)",
    labelNames: ["method", "endpoint", "status"],
    registers,
  });
  const duration = new Histogram({
    name: "roomporter_homeserver_call_duration_seconds",
    help: "How long the homeserver took to answer, by method and endpoint; attempts without an answer count too",
    labelNames: ["method", "endpoint"],
    buckets: BUCKETS,
    registers,
  });
  const retries = new Counter({
    name: "roomporter_homeserver_retries_total",
    help: "Calls of the homeserver that were repeated, by reason",
    labelNames: ["reason"],
    registers,
  });
  const media = new Counter({
    name: "roomporter_media_bytes_total",
    help: "Bytes of files moved from (down) and to (up) the homeserver's media repository",
    labelNames: ["direction"],
    registers,
  });
  // a counter that is there from the start shows its first step
  for (const reason of Object.keys(REASONS)) retries.inc({ reason }, 0);
  for (const direction of ["down", "up"]) media.inc({ direction }, 0);

  return {
    called({ method, endpoint, status, seconds }) {
      calls.inc({ method, endpoint, status: statusLabel(status) });
      duration.observe({ method, endpoint }, seconds);
    },
    repeated: (reason) => retries.inc({ reason }),
    media: (direction, bytes) => media.inc({ direction }, bytes),
  };
}

function statusLabel(status: number): string {
  return status >= 100 && status <= 599 ? String(status) : "none";
}
