import type { MetricsPage } from "../../../ports/metrics.ts";
import { raw } from "../../answers.ts";
import type { OpenRoute } from "../../route.ts";

/** `/metrics`, without a token: for a listener that only the monitoring reaches. */
export function metricsRoute(page: MetricsPage): OpenRoute {
  return {
    open: true,
    method: "get",
    path: "/metrics",
    operationId: "metrics",
    summary: "What the service does, for monitoring",
    description: "In the text format of Prometheus, and only on listeners with the resource `metrics`.",
    answers: { 200: raw("text/plain", "The metrics") },
    async handle(_request, response) {
      const text = await page.text();
      response.setHeader("Content-Type", page.contentType);
      response.end(text);
    },
  };
}
