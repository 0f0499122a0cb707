import { randomBytes } from "node:crypto";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { BundleError } from "../../bundle/faults.ts";
import { NOTHING_MATCHED } from "../../exports/nothing-matched.ts";
import { exportNowOptions } from "../../exports/options.ts";
import { CliError, EXIT } from "../exit.ts";
import { showEvents } from "../service/follow-job.ts";
import { howFar, type ServiceJob } from "../service/job.ts";
import type { Output } from "../output.ts";
import { bytes, startProgress } from "../progress.ts";
import { typedRequest } from "../service/typed-options.ts";
import type { ServiceClient } from "../service/service-client.ts";
import { requireFree, writeWholeFile, type ForceOption } from "../output-file.ts";
import type { Timer } from "../../ports/timer.ts";
import { requireRoom } from "../service/room-name.ts";
import type { World } from "../world.ts";

/** Beside these the options of `exportNowOptions`. */
export interface RoomExportOptions extends ForceOption {
  output?: string;
  /** a file */
  sinceBundle?: string;
}

/** The service may not have begun to read yet. */
const LOOK_AGAIN_MS = 500;

/** Writes the room's bundle to a file or to stdout; a file appears under its name only when it is complete. */
export async function exportRoom(
  service: () => Promise<ServiceClient>,
  roomId: string,
  options: RoomExportOptions,
  world: World,
  output: Output,
): Promise<void> {
  checkArguments(roomId, options, world);
  // what is wrong with the rest is told before a large bundle is read
  typedRequest(exportNowOptions, options, { since_bundle: undefined });
  if (options.output !== undefined) await requireFree(options.output, options);
  const bookmark = options.sinceBundle === undefined ? undefined : await bookmarkText(options.sinceBundle);
  const client = await service();
  const signal = world.interrupt();
  const over = new AbortController();
  let reading: ServiceJob | undefined;
  const progress = startProgress(world, output, "Exporting", (done) =>
    done > 0 ? `${bytes(done)} received` : `the service reads the room${reading ? `: ${howFar(reading)}` : ""}`,
  );
  const started = performance.now();
  let received = 0;
  let nothing = false;
  try {
    const progressId = output.interactive ? `live-${randomBytes(12).toString("hex")}` : undefined;
    if (progressId !== undefined)
      void showReading(
        client,
        progressId,
        AbortSignal.any([signal, over.signal]),
        (job) => (reading = job),
        world.timer,
      );
    const request = typedRequest(exportNowOptions, options, { since_bundle: bookmark, progress: progressId });
    const { body, size, empty } = await client.exportRoom(roomId, request, signal);
    nothing = empty;
    const counted = new PassThrough();
    counted.on("data", (chunk: Buffer) => progress.update((received += chunk.length), size));
    await (options.output === undefined
      ? pipeline(body, counted, world.stdout, { signal, end: false })
      : writeWholeFile(options.output, options, (file) => pipeline(body, counted, file, { signal })));
  } catch (error) {
    const nothingKept = options.output !== undefined || received === 0;
    const rest = nothingKept ? "nothing was kept" : "what was written is not complete, remove it";
    throw signal.aborted ? new CliError(EXIT.interrupted, `interrupted: ${rest}`) : broken(error, received, rest);
  } finally {
    over.abort();
    progress.stop();
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  output.note(
    `Exported ${roomId}: ${bytes(received)} in ${seconds} s${options.output === undefined ? "" : `, ${options.output}`}`,
  );
  if (nothing) output.note(NOTHING_MATCHED);
}

/** @throws CliError */
async function bookmarkText(file: string): Promise<string> {
  const { bookmarkOf, bookmarkText: textOf } = await import("../../bundle/bookmark.ts");
  const bookmark = await bookmarkOf(file).catch((error: unknown) => {
    throw error instanceof BundleError ? new CliError(EXIT.failed, `${file}: ${error.message} [${error.code}]`) : error;
  });
  if (!bookmark) throw new CliError(EXIT.failed, `${file} holds no event to go on from: export the room whole`);
  return textOf(bookmark);
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

/** @throws CliError where it cannot end well */
function checkArguments(room: string, options: RoomExportOptions, world: World): void {
  requireRoom(room);
  if (options.output === undefined && world.stdout.isTTY === true)
    throw new CliError(
      EXIT.usage,
      "refusing to write a ZIP to a terminal: redirect it (> room.zip), or use -o room.zip",
    );
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
