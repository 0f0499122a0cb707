import { z } from "zod";
import { listOptions } from "../../../jobs/options.ts";
import { publicJob } from "../../../jobs/public-job.ts";
import { json } from "../../answers.ts";
import { route } from "../../route.ts";
import { JOB } from "./job-shape.ts";

const PAGE = z.object({
  jobs: z.array(JOB),
  next_batch: z.string().optional().describe("absent: this is the last page"),
});

export const listJobsRoute = route({
  method: "get",
  path: "/v1/jobs",
  operationId: "listJobs",
  summary: "One's own jobs, newest first; to admins everybody's",
  query: listOptions,
  answers: { 200: json(PAGE, "A page of jobs") },
  async handle({ response, requester, query, jobs }) {
    const { jobs: page, next } = await jobs.list(requester, query);
    response.json({ jobs: page.map(publicJob), ...(next !== undefined && { next_batch: next }) });
  },
});
