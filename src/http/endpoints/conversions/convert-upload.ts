import { conversionOptions } from "../../../conversions/options.ts";
import { route } from "../../route.ts";
import { answerStarted, QUEUED } from "../jobs/started-job.ts";

/** Queues the conversion of an export of another program. */
export const convertUploadRoute = route({
  method: "post",
  path: "/v1/conversions",
  operationId: "convertUpload",
  summary: "Make a bundle of another program's export, as a job",
  description:
    "Where something is left to be chosen or said, the job's report has `needs` (`channel`, `time_zone`, `date_order`) and the conversations found: ask again with them. Else the job has a bundle, and its report what could not be carried; `POST /v1/rooms/import` with its `job_id` imports it. More in docs/convert.md.",
  body: conversionOptions,
  answers: { 202: QUEUED },
  fails: [404, 409, 507],
  async handle({ response, requester, body, conversions }) {
    answerStarted(response, 202, await conversions.start(requester, body));
  },
});
