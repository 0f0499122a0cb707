import { publicJob } from "../../../jobs/public-job.ts";
import { json } from "../../answers.ts";
import { pathParameter, route } from "../../route.ts";
import { JOB } from "./job-shape.ts";

export const showJobRoute = route({
  method: "get",
  path: "/v1/jobs/{jobId}",
  operationId: "showJob",
  summary: "One job",
  answers: { 200: json(JOB, "The job") },
  fails: [404],
  async handle({ request, response, requester, jobs }) {
    response.json(publicJob(await jobs.show(pathParameter(request, "jobId"), requester)));
  },
});
