import { z } from "zod";
import { importFromOptions, importOptions, type ImportOptions } from "../../../imports/options.ts";
import { fromTexts, parseOptions } from "../../../requests/options/parse-options.ts";
import { json } from "../../answers.ts";
import { bundleReceiver, type UploadLimits } from "../../receive-bundle.ts";
import { route, type Route } from "../../route.ts";
import { goneSignal } from "../../send-bundle.ts";
import { answerStarted, STARTED_JOB } from "../jobs/started-job.ts";
import { takeIn, type IntakeOptions } from "./intake.ts";

const LOCATION = { Location: "Where to ask for the job" };

/** What an import is answered with. */
export const IMPORT_ANSWERS = {
  201: json(STARTED_JOB, "Imported", LOCATION),
  202: json(STARTED_JOB, "Queued, running, or ended without success: `state` and `error` say", LOCATION),
};

export const waiting = z.strictObject({
  wait: z.number().min(0).max(3600).optional().describe("answer when the import is done, or after so many seconds"),
});

const OPTIONS: IntakeOptions<ImportOptions> = {
  ofForm: (texts) => parseOptions(importOptions, fromTexts(importOptions, texts)),
  ofJson(body) {
    const { upload_id, job_id, ...options } = parseOptions(importFromOptions, body);
    return { options, named: { upload_id, job_id } };
  },
};

/** Takes a bundle in, or one that was uploaded in pieces before, and queues its import if nothing is wrong with it. */
export function importBundleRoute(limits: UploadLimits): Route {
  const receive = bundleReceiver(limits, Object.keys(importOptions.shape));
  return route({
    method: "post",
    path: "/v1/rooms/import",
    operationId: "importRoom",
    summary: "Import a bundle into a new room",
    description:
      "The bundle comes in the form, or was uploaded before and is named in JSON. It is verified whole before anything is created.",
    query: waiting,
    form: importOptions,
    formOr: importFromOptions,
    answers: IMPORT_ANSWERS,
    fails: [404, 408, 409, 410, 413, 507],
    async handle(call) {
      const { response, requester, imports, query, jobs } = call;
      const { wait } = query;
      let job = await takeIn(call, receive, OPTIONS, {
        withFile: (file, options) => imports.start(file, requester, options),
        withSource: (source, options) => imports.startFrom(source, requester, options),
      });
      if (wait !== undefined) job = await jobs.wait(job.id, requester, wait * 1000, goneSignal(response));
      answerStarted(response, job.state === "succeeded" ? 201 : 202, job);
    },
  });
}
