import { z } from "zod";
import { importOptions } from "../../imports/options.ts";
import { sentenceOf } from "../../requests/failures/sentence.ts";
import { signedByIn } from "../../requests/signed-by.ts";
import { bundleInput } from "../bundle/bundle-input.ts";
import { CliError, EXIT } from "../exit.ts";
import { followJob } from "../service/follow-job.ts";
import type { ServiceJob } from "../service/job.ts";
import { bundleForm, type MultipartForm } from "../service/multipart.ts";
import type { Output } from "../output.ts";
import { bytes, startProgress } from "../progress.ts";
import { typedRequest } from "../service/typed-options.ts";
import type { ServiceClient } from "../service/service-client.ts";
import { exitCodeOf, SHOWN_REASONS } from "../service/service-error.ts";
import type { World } from "../world.ts";

/** Beside this the options of `importOptions`. */
export interface RoomImportOptions {
  file?: string;
  /** a room that an import has made: instead of an import */
  undo?: string;
  yes?: boolean;
}

/** Sends the bundle, waits for the end of its import, and gives the new room. */
export async function importRoom(
  service: () => Promise<ServiceClient>,
  workspace: string | undefined,
  options: RoomImportOptions,
  world: World,
  output: Output,
): Promise<void> {
  const client = await service();
  const signal = world.interrupt();
  const request = typedRequest(importOptions, options, { workspace_id: workspace });
  const fields = new Map(Object.entries(request).map(([name, value]) => [name, String(value)] as const));
  const id = await sendBundle(options, fields, world, output, signal, (form) => client.importRoom(form, signal));
  finishImport(await followImport(client, id, world, output, signal), output);
}

/** Shows an import until it has ended. @throws CliError */
export async function followImport(
  client: ServiceClient,
  id: string,
  world: World,
  output: Output,
  signal: AbortSignal,
): Promise<ServiceJob> {
  output.note(`Import ${id} has begun.`);
  try {
    return await followJob(client, id, "Importing", signal, world, output);
  } catch (error) {
    if (!signal.aborted) throw error;
    const next = `roomporter jobs show ${id} tells how far it is, roomporter jobs cancel ${id} ends it`;
    throw new CliError(EXIT.interrupted, `the import goes on without you: ${next}`);
  }
}

/** Sends the file, or what comes on stdin, as a form, with progress. @throws CliError */
export async function sendBundle<T>(
  { file }: RoomImportOptions,
  fields: ReadonlyMap<string, string>,
  world: World,
  output: Output,
  signal: AbortSignal,
  send: (form: MultipartForm) => Promise<T>,
): Promise<T> {
  try {
    await using bundle = await bundleInput(file, world, signal);
    const progress = startProgress(world, output, "Sending", (done, total) =>
      done === total ? "the service checks the bundle" : `${bytes(done)} of ${bytes(total ?? 0)}`,
    );
    try {
      progress.update(0, bundle.size);
      return await send(bundleForm(fields, bundle, (sent) => progress.update(sent, bundle.size)));
    } finally {
      progress.stop();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new CliError(EXIT.interrupted, "interrupted before the service had the whole bundle: nothing was imported");
  }
}

function eventsOf({ progress, report }: ServiceJob): string {
  const sent = z.object({ into: z.literal(true), events: z.object({ sent: z.number() }) }).safeParse(report).data
    ?.events.sent;
  return sent === undefined ? `${String(progress.done)} events` : `${String(sent)} new events`;
}

function signed({ report }: ServiceJob): string {
  const by = signedByIn(report);
  if (!by) return "";
  return by.verified
    ? `, signed by ${by.server_name}`
    : `, signed with a key that the service does not know (${by.key_id})`;
}

/** Shows how an import ended. @param into where that is more than the job's room @throws CliError where it did not succeed */
export function finishImport(job: ServiceJob, output: Output, into = job.room_id ?? "a room"): void {
  if (job.state === "succeeded") {
    output.note(`Imported ${eventsOf(job)} into ${into}${signed(job)}`);
    output.result(job.room_id ?? "", job);
    return;
  }
  if (output.json) output.result("", job);
  if (job.state === "cancelled") throw new CliError(EXIT.failed, `import ${job.job_id} was cancelled`);
  const { errcode = "M_UNKNOWN", error = "it does not say why", reasons = [] } = job.error ?? {};
  const next = job.error?.retry ? ` (roomporter jobs retry ${job.job_id})` : "";
  throw new CliError(
    exitCodeOf(errcode, reasons),
    `import ${job.job_id} failed: ${sentenceOf({ message: error, reasons }, SHOWN_REASONS)}${next}`,
    {
      errcode,
      reasons,
    },
  );
}
