import { cancelOptions } from "../../../jobs/options.ts";
import { publicJob } from "../../../jobs/public-job.ts";
import { json } from "../../answers.ts";
import { pathParameter, route } from "../../route.ts";
import { JOB } from "./job-shape.ts";

export const cancelJobRoute = route({
  method: "delete",
  path: "/v1/jobs/{jobId}",
  operationId: "cancelJob",
  summary: "Cancel a job; one that has ended stays as it is",
  description:
    "Nothing half-made is left: the service leaves the room of an unfinished import, also of one that failed and could be retried. With `keep` it stays, and the job can be retried.",
  query: cancelOptions,
  answers: { 200: json(JOB, "The job as it stands now") },
  fails: [404],
  async handle({ request, response, requester, query, jobs }) {
    response.json(publicJob(await jobs.cancel(pathParameter(request, "jobId"), requester, query)));
  },
});
