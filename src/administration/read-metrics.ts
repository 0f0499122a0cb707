import type { Metric, MetricsPage } from "../ports/metrics.ts";
import type { RunOperation } from "../requests/operation.ts";
import type { Requester } from "../requests/requester.ts";

/** The numbers of this process, and what the database holds, as they are now; for admins. @throws RequestError forbidden */
export type ReadMetrics = (requester: Requester) => Promise<Metric[]>;

export interface ReadMetricsParts {
  operate: RunOperation;
  metrics: Pick<MetricsPage, "metrics">;
}

export function readMetrics({ operate, metrics }: ReadMetricsParts): ReadMetrics {
  return (requester) =>
    operate({}, requester, () => metrics.metrics(), { adminOnly: "Only admins may read the metrics" });
}
