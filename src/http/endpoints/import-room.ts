import { rm } from "node:fs/promises";
import { publicJob } from "../../jobs/public-job.ts";
import { statusUrl } from "./job-routes.ts";
import { importOptions, waitMilliseconds } from "./queries.ts";
import { bundleReceiver, type UploadLimits } from "../receive-bundle.ts";
import type { Route } from "../route.ts";
import { goneSignal } from "../send-bundle.ts";

/** Takes a bundle in, and queues its import if nothing is wrong with it. */
export function importRoute(limits: UploadLimits): Route {
  const receive = bundleReceiver(limits);
  return {
    method: "post",
    path: "/rooms/import",
    async handle({ request, response, requester, imports, jobs }) {
      const wait = waitMilliseconds(request);
      const file = await receive(request, response);
      let job;
      try {
        job = await imports.start(file, requester, importOptions(request));
      } finally {
        await rm(file, { force: true });
      }
      if (wait !== undefined) job = await jobs.wait(job.id, requester, wait, goneSignal(response));
      response
        .status(job.state === "succeeded" ? 201 : 202)
        .location(statusUrl(job))
        .json({ ...publicJob(job), status_url: statusUrl(job) });
    },
  };
}
