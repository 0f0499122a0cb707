import { randomBytes } from "node:crypto";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { BundleError } from "../../bundle/faults.ts";
import { parseInstant } from "../../matrix/instant.ts";
import { CliError, EXIT } from "../exit.ts";
import { showEvents } from "../service/follow-job.ts";
import { howFar, type ServiceJob } from "../service/job.ts";
import type { Output } from "../output.ts";
import { bytes, startProgress } from "../progress.ts";
import type { ServiceClient } from "../service/service-client.ts";
import { writeWholeFile } from "../whole-file.ts";
import type { World } from "../world.ts";

export interface RoomExportOptions {
  output?: string;
  media: boolean;
  withViewer?: boolean;
  since?: string;
  until?: string;
  /** user ids, with commas between them */
  senders?: string;
  thread?: string;
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
  const bookmark = options.sinceBundle === undefined ? undefined : await bookmarkText(options.sinceBundle);
  const client = await service();
  const signal = world.interrupt();
  const over = new AbortController();
  let reading: ServiceJob | undefined;
  const progress = startProgress(world, output, "Exporting", (done) =>
    done > 0 ? `${bytes(done)} received` : `the service reads the room${reading ? `: ${howFar(reading)}` : ""}`,
  );
  const started = Date.now();
  let received = 0;
  try {
    const shown = output.interactive ? { progress: `live-${randomBytes(12).toString("hex")}` } : {};
    if (shown.progress !== undefined)
      void showReading(client, shown.progress, AbortSignal.any([signal, over.signal]), (job) => (reading = job));
    const { body, size } = await client.exportRoom(roomId, { ...options, sinceBundle: bookmark, ...shown }, signal);
    const counted = new PassThrough();
    counted.on("data", (chunk: Buffer) => progress.update((received += chunk.length), size));
    await (options.output === undefined
      ? pipeline(body, counted, world.stdout, { signal, end: false })
      : writeWholeFile(options.output, (file) => pipeline(body, counted, file, { signal })));
  } catch (error) {
    const nothingKept = options.output !== undefined || received === 0;
    const rest = nothingKept ? "nothing was kept" : "what was written is not complete, remove it";
    throw signal.aborted ? new CliError(EXIT.interrupted, `interrupted: ${rest}`) : broken(error, received, rest);
  } finally {
    over.abort();
    progress.stop();
  }
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  output.note(
    `Exported ${roomId}: ${bytes(received)} in ${seconds} s${options.output === undefined ? "" : `, ${options.output}`}`,
  );
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
): Promise<void> {
  while (!over.aborted) {
    await showEvents(client, id, over, show).catch(() => undefined);
    await sleep(LOOK_AGAIN_MS, undefined, { signal: over }).catch(() => undefined);
  }
}

/** @throws CliError where it cannot end well */
function checkArguments(roomId: string, options: RoomExportOptions, world: World): void {
  if (!roomId.startsWith("!"))
    throw new CliError(
      EXIT.usage,
      `"${roomId}" is no room id: it begins with ! (quote it: '!…' so that the shell leaves it alone)`,
    );
  if (options.output === undefined && world.stdout.isTTY === true)
    throw new CliError(EXIT.usage, "a ZIP is nothing for a terminal: redirect it (> room.zip) or give -o room.zip");
  for (const [name, text] of [
    ["--since", options.since],
    ["--until", options.until],
  ] as const)
    if (text !== undefined && parseInstant(text) === undefined)
      throw new CliError(EXIT.usage, `${name} ${text} is no date: write 2026-11-22 or 2026-11-22T18:30:00Z`);
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
