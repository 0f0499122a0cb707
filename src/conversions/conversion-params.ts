import { z } from "zod";
import type { JsonObject } from "../matrix/json.ts";
import type { Job } from "../ports/job-store.ts";

const params = z.object({
  from: z.string(),
  channel: z.string().optional(),
  time_zone: z.string().optional(),
  date_order: z.string().optional(),
  file_name: z.string(),
});

/** What a queued conversion has to know beside its file: `file_name` as the client gave it, for some formats read it. */
export type ConversionParams = z.output<typeof params>;

export function conversionParams(of: ConversionParams): JsonObject {
  return z.encode(params, of);
}

export function readConversionParams({ params: stored }: Job): ConversionParams {
  return params.parse(stored);
}
