import { z } from "zod";
import { clock } from "../progress.ts";

/** A job as the service shows it; what it has beyond this is kept. */
export const JOB = z.looseObject({
  job_id: z.string(),
  kind: z.string(),
  state: z.enum(["queued", "running", "succeeded", "failed", "cancelled"]),
  // services of an earlier version do not tell
  requester: z.string().optional(),
  created_at: z.string().optional(),
  finished_at: z.string().nullish(),
  progress: z.looseObject({
    done: z.number(),
    total: z.number().nullable(),
    unit: z.string().optional(),
    rate: z.number().nullish(),
    seconds_left: z.number().nullish(),
  }),
  room_id: z.string().nullable(),
  subject: z.string().nullish(),
  report: z.record(z.string(), z.unknown()).nullable(),
  error: z
    .looseObject({
      errcode: z.string(),
      error: z.string(),
      retry: z.boolean().default(false),
      reasons: z.array(z.object({ code: z.string(), message: z.string() })).optional(),
    })
    .nullable(),
});
export type ServiceJob = z.infer<typeof JOB>;

/** Will nothing about it change any more? */
export function ended(job: ServiceJob): boolean {
  return job.state === "succeeded" || job.state === "failed" || job.state === "cancelled";
}

/** `12 of 300 events · 25/s · 0:12 left`, as far as that is known. */
export function howFar({ state, progress }: ServiceJob): string {
  if (state === "queued") return "waits for its turn";
  const { done, total, unit = "events", rate, seconds_left } = progress;
  const words = [total === null ? `${done} ${unit}` : `${done} of ${total} ${unit}`];
  if (typeof rate === "number") words.push(`${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/s`);
  if (typeof seconds_left === "number") words.push(`${clock(seconds_left * 1000)} left`);
  return words.join(" · ");
}
