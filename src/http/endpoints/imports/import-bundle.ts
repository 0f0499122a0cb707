import { rm } from "node:fs/promises";
import { z } from "zod";
import { importOptions } from "../../../imports/options.ts";
import { stringMember } from "../../../matrix/json.ts";
import { parseOptions } from "../../../requests/options/parse-options.ts";
import { json } from "../../answers.ts";
import { announcedBytes, bundleReceiver, type UploadLimits } from "../../receive-bundle.ts";
import { route, type Route } from "../../route.ts";
import { goneSignal } from "../../send-bundle.ts";
import { answerStarted, STARTED_JOB } from "../jobs/started-job.ts";

const LOCATION = { Location: "Where to ask for the job" };

const waiting = z.strictObject({
  wait: z.number().min(0).max(3600).optional().describe("answer when the import is done, or after so many seconds"),
});

/** Takes a bundle in, and queues its import if nothing is wrong with it. */
export function importBundleRoute(limits: UploadLimits): Route {
  const receive = bundleReceiver(limits, Object.keys(importOptions.shape));
  return route({
    method: "post",
    path: "/v1/rooms/import",
    operationId: "importRoom",
    summary: "Import a bundle into a new room",
    description: "The bundle is verified whole before anything is created.",
    query: waiting,
    form: importOptions,
    answers: {
      201: json(STARTED_JOB, "Imported", LOCATION),
      202: json(STARTED_JOB, "Queued, running, or ended without success: `state` and `error` say", LOCATION),
    },
    fails: [404, 413, 507],
    async handle({ request, response, requester, query: { wait }, imports, jobs }) {
      let job;
      {
        using place = await imports.admit(requester, announcedBytes(request));
        const file = await receive(request, response, async (texts) => {
          const as = stringMember(texts, "as");
          if (as !== undefined) await place.forUser(as);
        });
        try {
          job = await imports.start(file, requester, parseOptions(importOptions, { ...request.body }));
        } finally {
          await rm(file, { force: true });
        }
      }
      if (wait !== undefined) job = await jobs.wait(job.id, requester, wait * 1000, goneSignal(response));
      answerStarted(response, job.state === "succeeded" ? 201 : 202, job);
    },
  });
}
