import { z } from "zod";

/** A job as the service shows it; what it has beyond this is kept. */
export const JOB = z.looseObject({
  job_id: z.string(),
  kind: z.string(),
  state: z.enum(["queued", "running", "succeeded", "failed", "cancelled"]),
  progress: z.looseObject({ done: z.number(), total: z.number().nullable() }),
  room_id: z.string().nullable(),
  report: z.record(z.string(), z.unknown()).nullable(),
  error: z
    .looseObject({
      errcode: z.string(),
      error: z.string(),
      reasons: z.array(z.object({ code: z.string(), message: z.string() })).optional(),
    })
    .nullable(),
});
export type ServiceJob = z.infer<typeof JOB>;

/** Will nothing about it change any more? */
export function ended(job: ServiceJob): boolean {
  return job.state === "succeeded" || job.state === "failed" || job.state === "cancelled";
}

/** `12 of 300 events`, or without a total `12 events` */
export function eventsOf(done: number, total: number | null): string {
  return total === null ? `${done} events` : `${done} of ${total} events`;
}
