import type { Response } from "express";
import { z } from "zod";
import type { Job } from "../../../ports/job-store.ts";
import { publicJob } from "../../../jobs/public-job.ts";
import { json } from "../../answers.ts";
import { JOB } from "./job-shape.ts";

/** A job that was begun, and where it is shown. */
export const STARTED_JOB = JOB.extend({ status_url: z.string().describe("Where to ask for the job") }).meta({
  id: "StartedJob",
});

const LOCATION = { Location: "Where to ask for the job" };
export const QUEUED = json(STARTED_JOB, "Queued", LOCATION);

/** Answers a job that was begun, and where it is shown. */
export function answerStarted(response: Response, status: number, job: Job): void {
  const statusUrl = `/v1/jobs/${job.id}`;
  response
    .status(status)
    .location(statusUrl)
    .json({ ...publicJob(job), status_url: statusUrl });
}
