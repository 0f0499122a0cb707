import type { Response } from "express";
import { hasEnded } from "../../jobs/job-watch.ts";
import { publicJob } from "../../jobs/public-job.ts";
import type { Job } from "../../ports/job-store.ts";
import { cancelOptions } from "./queries.ts";
import { pathParameter, type Route } from "../route.ts";

/** So often a quiet stream of events shows that it is alive, in milliseconds: proxies close silent connections. */
const HEARTBEAT_MS = 15_000;

/** Where a job is shown. */
export function statusUrl(job: Job): string {
  return `/v1/jobs/${job.id}`;
}

const list: Route = {
  method: "get",
  path: "/jobs",
  async handle({ response, requester, jobs }) {
    response.json({ jobs: (await jobs.list(requester)).map(publicJob) });
  },
};

const show: Route = {
  method: "get",
  path: "/jobs/:jobId",
  async handle({ request, response, requester, jobs }) {
    response.json(publicJob(await jobs.show(pathParameter(request, "jobId"), requester)));
  },
};

const cancel: Route = {
  method: "delete",
  path: "/jobs/:jobId",
  async handle({ request, response, requester, jobs }) {
    response.json(publicJob(await jobs.cancel(pathParameter(request, "jobId"), requester, cancelOptions(request))));
  },
};

const retry: Route = {
  method: "post",
  path: "/jobs/:jobId/retry",
  async handle({ request, response, requester, jobs }) {
    const job = await jobs.retry(pathParameter(request, "jobId"), requester);
    response.status(202).json({ ...publicJob(job), status_url: statusUrl(job) });
  },
};

/** Server-sent events: `job` with the job as data, at once and at each change, until it has ended. */
const follow: Route = {
  method: "get",
  path: "/jobs/:jobId/events",
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
};

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

export const JOB_ROUTES: readonly Route[] = [list, show, cancel, retry, follow];
