import { Router } from "express";
import type { MetricsPage } from "../ports/metrics.ts";

/** `/metrics`, without a token: for a listener that only the monitoring reaches. */
export function metricsRouter(page: MetricsPage): Router {
  const router = Router();
  router.get("/metrics", async (_request, response) => {
    const text = await page.text();
    response.setHeader("Content-Type", page.contentType);
    response.end(text);
  });
  return router;
}
