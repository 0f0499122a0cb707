import { rm } from "node:fs/promises";
import { z } from "zod";
import { importFromOptions, importOptions } from "../../../imports/options.ts";
import { stringMember } from "../../../matrix/json.ts";
import { RequestError } from "../../../requests/failures/failure.ts";
import { fromTexts, parseOptions, requireObject } from "../../../requests/options/parse-options.ts";
import type { Job } from "../../../ports/job-store.ts";
import { json } from "../../answers.ts";
import { jsonBody } from "../../json-body.ts";
import { announcedBytes, bundleReceiver, type BundleReceiver, type UploadLimits } from "../../receive-bundle.ts";
import { route, type ApiCall, type Route } from "../../route.ts";
import { goneSignal } from "../../send-bundle.ts";
import { answerStarted, STARTED_JOB } from "../jobs/started-job.ts";

const LOCATION = { Location: "Where to ask for the job" };

/** What multer makes of a form: a field that came several times is a list. */
const fields = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

const waiting = z.strictObject({
  wait: z.number().min(0).max(3600).optional().describe("answer when the import is done, or after so many seconds"),
});

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
    answers: {
      201: json(STARTED_JOB, "Imported", LOCATION),
      202: json(STARTED_JOB, "Queued, running, or ended without success: `state` and `error` say", LOCATION),
    },
    fails: [404, 408, 409, 410, 413, 507],
    async handle(call) {
      const { request, response, requester, query, jobs } = call;
      const { wait } = query;
      const named = request.is("application/json") === "application/json";
      let job = named ? await importNamed(call) : await importForm(call, receive);
      if (wait !== undefined) job = await jobs.wait(job.id, requester, wait * 1000, goneSignal(response));
      answerStarted(response, job.state === "succeeded" ? 201 : 202, job);
    },
  });
}

async function importForm({ request, response, requester, imports }: ApiCall, receive: BundleReceiver): Promise<Job> {
  using place = await imports.admit(requester, announcedBytes(request));
  const file = await receive(request, response, async (texts) => {
    const as = stringMember(texts, "as");
    if (as !== undefined) await place.forUser(as);
  });
  try {
    return await imports.start(
      file,
      requester,
      parseOptions(importOptions, fromTexts(importOptions, fields.parse({ ...request.body }))),
    );
  } finally {
    await rm(file, { force: true });
  }
}

async function importNamed({ request, response, requester, imports }: ApiCall): Promise<Job> {
  const body = requireObject(await jsonBody(request, response));
  const { upload_id: uploadId, job_id: conversionId, ...options } = parseOptions(importFromOptions, body);
  if (uploadId !== undefined && conversionId === undefined)
    return await imports.startFrom({ uploadId }, requester, options);
  if (conversionId !== undefined && uploadId === undefined)
    return await imports.startFrom({ conversionId }, requester, options);
  const message = "Expected either upload_id (a finished upload) or job_id (a conversion)";
  throw new RequestError("invalid", "M_MISSING_PARAM", message);
}
