import { z } from "zod";
import type { Metric } from "../../../ports/metrics.ts";
import { json } from "../../answers.ts";
import { route } from "../../route.ts";

const METRIC = z
  .object({
    name: z.string(),
    help: z.string(),
    type: z.string().describe("`counter`, `gauge`, `histogram` or `summary`"),
    samples: z.array(
      z.object({
        name: z.string().describe("of a histogram with the ending _bucket, _sum or _count"),
        labels: z.record(z.string(), z.string()),
        value: z.number(),
      }),
    ),
  })
  .meta({ id: "Metric" }) satisfies z.ZodType<Metric>;

export const readMetricsRoute = route({
  method: "get",
  path: "/v1/metrics",
  operationId: "readMetrics",
  summary: "The metrics as JSON (admins)",
  description:
    "The same as `GET /metrics`, which monitoring reads without a token on listeners of its own: docs/metrics.md.",
  answers: { 200: json(z.object({ metrics: z.array(METRIC) }), "As they are now") },
  async handle({ response, requester, administration }) {
    response.json({ metrics: await administration.metrics(requester) });
  },
});
