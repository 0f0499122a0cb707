import { eventsOf, type ServiceJob } from "./job.ts";
import { table, type Output } from "./output.ts";
import type { ServiceClient } from "./service-client.ts";

export async function listJobs(client: ServiceClient, output: Output): Promise<void> {
  const jobs = await client.jobs();
  if (jobs.length === 0) output.note("There are no jobs.");
  const rows = jobs.map((job) => [job.job_id, job.kind, job.state, progressOf(job), job.room_id ?? "-"]);
  output.result(rows.length === 0 ? "" : table([["JOB", "KIND", "STATE", "PROGRESS", "ROOM"], ...rows]), jobs);
}

export async function showJob(client: ServiceClient, id: string, output: Output): Promise<void> {
  const job = await client.job(id);
  const rows = [
    ["job", job.job_id],
    ["kind", job.kind],
    ["state", job.state],
    ["progress", progressOf(job)],
    ["room", job.room_id ?? "-"],
  ];
  if (job.error) rows.push(["error", job.error.error]);
  const report = job.report === null ? "" : `\nreport\n${JSON.stringify(job.report, null, 2)}`;
  output.result(table(rows) + report, job);
}

export async function cancelJob(client: ServiceClient, id: string, output: Output): Promise<void> {
  const job = await client.cancel(id);
  output.note(job.state === "cancelled" ? `Job ${id} is cancelled.` : `Job ${id} ends as soon as it can.`);
  output.result("", job);
}

function progressOf(job: ServiceJob): string {
  return eventsOf(job.progress.done, job.progress.total);
}
