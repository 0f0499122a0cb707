import { z } from "zod";
import { publicJob } from "../../../jobs/public-job.ts";
import { json } from "../../answers.ts";
import { route } from "../../route.ts";
import { JOB } from "./job-shape.ts";

export const listJobsRoute = route({
  method: "get",
  path: "/v1/jobs",
  operationId: "listJobs",
  summary: "One's own jobs, newest first; to admins everybody's",
  answers: { 200: json(z.object({ jobs: z.array(JOB) }), "At most 100 jobs") },
  async handle({ response, requester, jobs }) {
    response.json({ jobs: (await jobs.list(requester)).map(publicJob) });
  },
});
