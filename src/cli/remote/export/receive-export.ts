import { randomBytes } from "node:crypto";
import { PassThrough, type Readable } from "node:stream";
import type { z } from "zod";
import type { exportNowOptions } from "../../../exports/options.ts";
import { CliError, EXIT } from "../../exit.ts";
import type { Output } from "../../output.ts";
import { bytes, startProgress } from "../../progress.ts";
import { showEvents } from "../../service/follow-job.ts";
import { howFar, type ServiceJob } from "../../service/job.ts";
import type { ServiceClient } from "../../service/service-client.ts";
import type { Timer } from "../../../ports/timer.ts";
import type { World } from "../../world.ts";

/** The service may not have begun to read yet. */
const LOOK_AGAIN_MS = 500;

export interface ReceivedExport {
  /** bytes */
  received: number;
  /** it holds no event */
  empty: boolean;
}

/**
 * An export as it comes, with progress. @param write takes the bytes, through `counted`, to where they belong
 * @param keeps what is written is seen by others before it is complete @throws CliError
 */
export async function receiveExport(
  client: ServiceClient,
  roomId: string,
  request: z.input<typeof exportNowOptions>,
  { world, output, keeps }: { world: World; output: Output; keeps: boolean },
  write: (body: Readable, counted: PassThrough, signal: AbortSignal) => Promise<void>,
): Promise<ReceivedExport> {
  const signal = world.interrupt();
  const over = new AbortController();
  let reading: ServiceJob | undefined;
  const progress = startProgress(world, output, "Exporting", (done) =>
    done > 0 ? `${bytes(done)} received` : `the service reads the room${reading ? `: ${howFar(reading)}` : ""}`,
  );
  let received = 0;
  try {
    const id = output.interactive ? `live-${randomBytes(12).toString("hex")}` : undefined;
    const told = AbortSignal.any([signal, over.signal]);
    if (id !== undefined) void showReading(client, id, told, (job) => (reading = job), world.timer);
    const withProgress = id === undefined ? request : { ...request, progress: id };
    const { body, size, empty } = await client.exportRoom(roomId, withProgress, signal);
    const counted = new PassThrough();
    counted.on("data", (chunk: Buffer) => progress.update((received += chunk.length), size));
    await write(body, counted, signal);
    return { received, empty };
  } catch (error) {
    const rest = keeps && received > 0 ? "what was written is not complete, remove it" : "nothing was kept";
    throw signal.aborted ? new CliError(EXIT.interrupted, `interrupted: ${rest}`) : broken(error, received, rest);
  } finally {
    over.abort();
    progress.stop();
  }
}

/** Never rejects: that nothing can be shown is no fault of the export. */
async function showReading(
  client: ServiceClient,
  id: string,
  over: AbortSignal,
  show: (job: ServiceJob) => void,
  timer: Timer,
): Promise<void> {
  while (!over.aborted) {
    await showEvents(client, id, over, show).catch(() => undefined);
    await timer.sleep(LOOK_AGAIN_MS, over).catch(() => undefined);
  }
}

/** What happened to a transfer that had begun, in one sentence. */
function broken(error: unknown, received: number, rest: string): unknown {
  if (error instanceof CliError || !(error instanceof Error)) return error;
  if ("code" in error && error.code === "EPIPE")
    return new CliError(EXIT.failed, "whoever read the ZIP has stopped reading");
  if ("syscall" in error && !("code" in error && error.code === "ECONNRESET")) return error;
  return new CliError(
    EXIT.failed,
    `the service ended the export after ${bytes(received)}: ${rest}, and look at the service's log`,
  );
}
