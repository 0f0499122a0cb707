import { z } from "zod";
import type { JsonObject } from "../matrix/json.ts";
import type { Job } from "../ports/job-store.ts";

const params = z.object({
  from: z.string(),
  time_zone: z.string().optional(),
  date_order: z.string().optional(),
  trust_imported: z.array(z.string()).optional(),
});
const words = z.object({ channel: z.string().optional(), file_name: z.string() });
const both = params.extend(words.shape);

/** What a queued conversion has to know beside its file: `file_name` as the client gave it, for some formats read it. */
export type ConversionParams = z.output<typeof both>;

/** For the job. What people have named is not for the database to read. */
export function conversionParams(of: ConversionParams): { params: JsonObject; words: JsonObject } {
  const subject = of.channel ?? of.file_name;
  return { params: z.encode(params, of), words: { ...z.encode(words, of), subject } };
}

/** Also of a job that an earlier version has queued, with all in its parameters. */
export function readConversionParams({ params: stored, words: named }: Job): ConversionParams {
  return both.parse({ ...stored, ...named });
}
