import type { Response } from "express";
import { z } from "zod";
import { hasEnded } from "../../../jobs/job-watch.ts";
import type { Job } from "../../../ports/job-store.ts";
import { publicJob } from "../../../jobs/public-job.ts";
import { pathParameter, route } from "../../route.ts";

/** So often a quiet stream of events shows that it is alive, in milliseconds: proxies close silent connections. */
const HEARTBEAT_MS = 15_000;

const EVENT = z
  .object({ event: z.literal("job"), data: z.string().describe("the job, as JSON") })
  .meta({ id: "JobEvent" });

/** Server-sent events: `job` with the job as data, at once and at each change, until it has ended. */
export const followJobRoute = route({
  method: "get",
  path: "/v1/jobs/{jobId}/events",
  operationId: "followJob",
  summary: "Follow a job until it has ended",
  description:
    "Server-sent events named `job`, each with the job as its data: at once, at each change (at most two a second) and last as it ended. While nothing changes a comment comes every 15 seconds.",
  answers: { 200: { description: "A stream of events", content: { "text/event-stream": EVENT } } },
  fails: [404],
  async handle({ request, response, requester, jobs }) {
    const id = pathParameter(request, "jobId");
    const leave = await jobs.watch(id, requester, (job) => tell(response, job));
    const heartbeat = setInterval(() => response.write(":\n\n"), HEARTBEAT_MS);
    const end = (): void => {
      leave();
      clearInterval(heartbeat);
    };
    if (response.closed || response.writableEnded) end();
    else response.once("close", end);
  },
});

function tell(response: Response, job: Job): void {
  if (response.closed || response.writableEnded) return;
  if (!response.headersSent) {
    response.setHeader("Content-Type", "text/event-stream");
    // proxies neither store, change nor gather what comes (X-Accel-Buffering: nginx)
    response.setHeader("Cache-Control", "private, no-store, no-transform");
    response.setHeader("X-Accel-Buffering", "no");
  }
  response.write(`event: job\ndata: ${JSON.stringify(publicJob(job))}\n\n`);
  if (hasEnded(job)) response.end();
}
