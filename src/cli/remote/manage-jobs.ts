import { NOTHING_MATCHED, nothingMatched } from "../../exports/nothing-matched.ts";
import { cancelOptions } from "../../jobs/options.ts";
import { afterCancel } from "../../jobs/job-watch.ts";
import { CliError, EXIT } from "../exit.ts";
import { followJob } from "../service/follow-job.ts";
import { howFar } from "../service/job.ts";
import { table, type Output } from "../output.ts";
import { typedRequest } from "../service/typed-options.ts";
import type { ServiceClient } from "../service/service-client.ts";
import type { World } from "../world.ts";

export async function listJobs(client: ServiceClient, output: Output): Promise<void> {
  const jobs = await client.jobs();
  if (jobs.length === 0) output.note("There are no jobs.");
  const rows = jobs.map((job) => [
    ...[job.job_id, job.kind, job.state, howFar(job), job.room_id ?? "-"],
    ...[job.requester ?? "-", job.created_at ?? "-", job.finished_at ?? "-"],
  ]);
  const head = ["JOB", "KIND", "STATE", "PROGRESS", "ROOM", "REQUESTER", "CREATED", "FINISHED"];
  output.result(rows.length === 0 ? "" : table([head, ...rows]), jobs);
}

/** @throws CliError where the job was followed and did not succeed */
export async function showJob(
  client: ServiceClient,
  id: string,
  { follow = false }: { follow?: boolean },
  world: World,
  output: Output,
): Promise<void> {
  const job = await (follow ? followJob(client, id, "Job", world.interrupt(), world, output) : client.job(id));
  const rows = [
    ["job", job.job_id],
    ["kind", job.kind],
    ["state", job.state],
    ["progress", howFar(job)],
    ["room", job.room_id ?? "-"],
    ...(job.subject ? [["subject", job.subject]] : []),
    ["requester", job.requester ?? "-"],
    ["created", job.created_at ?? "-"],
    ["finished", job.finished_at ?? "-"],
  ];
  if (job.kind === "export" && nothingMatched(job.report)) rows.push(["note", NOTHING_MATCHED]);
  if (job.error) rows.push(["error", job.error.error]);
  if (job.error?.retry) rows.push(["next", `roomporter jobs retry ${job.job_id}`]);
  const report = job.report === null ? "" : `\nreport\n${JSON.stringify(job.report, null, 2)}`;
  output.result(table(rows) + report, job);
  if (follow && job.state !== "succeeded") throw new CliError(EXIT.failed, `job ${id}: ${job.state}`);
}

export async function cancelJob(client: ServiceClient, id: string, options: object, output: Output): Promise<void> {
  const job = await client.cancel(id, typedRequest(cancelOptions, options));
  output.note(`Job ${id} ${afterCancel(job.state)}.`);
  output.result("", job);
}

export async function retryJob(client: ServiceClient, id: string, output: Output): Promise<void> {
  const job = await client.retry(id);
  output.note(`Job ${id} goes on.`);
  output.result("", job);
}
