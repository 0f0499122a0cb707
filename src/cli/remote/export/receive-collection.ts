import { pipeline } from "node:stream/promises";
import { CliError, EXIT } from "../../exit.ts";
import { resumedDownload } from "../../service/resumed-download.ts";
import { followJob } from "../../service/follow-job.ts";
import type { ServiceJob } from "../../service/job.ts";
import type { Output } from "../../output.ts";
import { bytes } from "../../progress.ts";
import type { ServiceClient } from "../../service/service-client.ts";
import { requireFree, writeWholeFile, type ForceOption } from "../../output-file.ts";
import type { World } from "../../world.ts";

export interface CollectionOutput extends ForceOption {
  output?: string;
}

/** To be asked first. @throws CliError where a collection could not be written */
export async function requireOutput(options: CollectionOutput, world: World): Promise<void> {
  if (options.output === undefined && world.stdout.isTTY === true)
    throw new CliError(
      EXIT.usage,
      "refusing to write a ZIP to a terminal: redirect it (> rooms.zip), or use -o rooms.zip",
    );
  if (options.output !== undefined) await requireFree(options.output, options);
}

/** Starts an export of many rooms, waits for its end, and writes its ZIP to a file or to stdout. @throws CliError */
export async function receiveCollection(
  client: ServiceClient,
  start: () => Promise<string>,
  options: CollectionOutput,
  world: World,
  output: Output,
): Promise<void> {
  const signal = world.interrupt();
  const id = await start();
  output.note(`Export ${id} has begun.`);
  try {
    const job = await followJob(client, id, "Exporting", signal, world, output);
    if (job.state !== "succeeded") throw failed(job);
    const body = resumedDownload(client, id, signal, world.timer);
    await (options.output === undefined
      ? pipeline(body, world.stdout, { signal, end: false })
      : writeWholeFile(options.output, options, (file) => pipeline(body, file, { signal })));
    output.note(summary(job));
    if (options.output !== undefined) output.result("", job);
  } catch (error) {
    if (!signal.aborted) throw error;
    const next = `roomporter jobs show ${id} tells how far it is, roomporter jobs cancel ${id} ends it`;
    throw new CliError(EXIT.interrupted, `the export goes on without you: ${next}`);
  }
}

function failed({ job_id, state, error }: ServiceJob): CliError {
  if (state === "cancelled") return new CliError(EXIT.failed, `export ${job_id} was cancelled`);
  const message = error?.error ?? "it does not say why";
  const next = error?.retry ? ` (roomporter jobs retry ${job_id})` : "";
  return new CliError(EXIT.failed, `export ${job_id} failed: ${message}${next}`, { errcode: error?.errcode ?? "" });
}

function summary({ report }: ServiceJob): string {
  const counts = Object.entries({ ...(report?.["counts"] as object | undefined) });
  const size = Number(report?.["size"] ?? 0);
  return `Rooms: ${counts.map(([kind, count]) => `${String(count)} ${kind}`).join(", ")}; ${bytes(size)}`;
}
