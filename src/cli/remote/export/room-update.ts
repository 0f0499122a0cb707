import { createWriteStream } from "node:fs";
import { lstat, mkdtemp, realpath, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { bookmarkOf, bookmarkText } from "../../../bundle/bookmark.ts";
import { BundleError } from "../../../bundle/faults.ts";
import { mergeBundles, MergeError } from "../../../bundle/merge/merge.ts";
import { openArchive } from "../../../bundle/open-bundle.ts";
import { verifyBundle } from "../../../bundle/verify/verify.ts";
import { exportNowOptions } from "../../../exports/options.ts";
import { CliError, EXIT } from "../../exit.ts";
import type { Output } from "../../output.ts";
import { bytes } from "../../progress.ts";
import { takePlace } from "../../output-file.ts";
import { requireRoom } from "../../service/room-name.ts";
import type { ServiceClient } from "../../service/service-client.ts";
import { typedRequest } from "../../service/typed-options.ts";
import type { World } from "../../world.ts";
import { receiveExport } from "./receive-export.ts";
import type { RoomExportOptions } from "./room-export.ts";

/** What cannot stand beside --update, and what to do instead. */
const EXCLUDED = [
  ["output", "--update FILE and -o: --update writes its own file"],
  ["sinceBundle", "--update FILE and --since-bundle: --update goes on from its own file"],
  ["since", "--update FILE and --since: an updated bundle has no dates, leave --since out"],
  ["until", "--update FILE and --until: an updated bundle has no dates, leave --until out"],
  ["withViewer", "--update FILE and --with-viewer: an updated bundle has no viewer.html, leave --with-viewer out"],
] as const;

/**
 * Brings a bundle up to date: what is new in the room is fetched and merged into it. Where there is no such file, the room is exported
 * whole. The file holds the old bundle until the new one has been read back and found sound; an update that fails leaves it as it was.
 * @throws CliError
 */
export async function updateBundle(
  service: () => Promise<ServiceClient>,
  roomId: string,
  options: RoomExportOptions & { update: string },
  world: World,
  output: Output,
): Promise<void> {
  requireRoom(roomId);
  const given: Readonly<Record<string, unknown>> = { ...options };
  for (const [name, words] of EXCLUDED) if (given[name] !== undefined) throw new CliError(EXIT.usage, words);
  const request = typedRequest(exportNowOptions, options, { since_bundle: undefined });
  const file = await target(options.update);
  const base = file.exists ? await bookmark(file.path) : undefined;
  const folder = await mkdtemp(join(dirname(file.path), ".roomporter-update-"));
  try {
    const received = join(folder, "received.zip");
    const since = base && { since_bundle: bookmarkText(base) };
    const about = { world, output, keeps: false };
    const got = await receiveExport(await service(), roomId, { ...request, ...since }, about, (body, counted, signal) =>
      pipeline(body, counted, createWriteStream(received, { flush: true }), { signal }),
    );
    const whole = base === undefined ? received : join(folder, "whole.zip");
    if (base) await merge([file.path, received], whole);
    const events = await soundEvents(whole);
    await takePlace(whole, file.path);
    const added = events - (base?.events ?? 0);
    output.note(
      `Updated ${options.update}: ${String(added)} new events of ${String(events)}, ${bytes(got.received)} received`,
    );
    if (output.json) output.result("", { file: options.update, events, added });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where a link leads: the file itself is replaced. @throws CliError where it is no file */
async function target(file: string): Promise<{ path: string; exists: boolean }> {
  const found = await lstat(file).catch(() => undefined);
  if (!found) return { path: file, exists: false };
  const path = await realpath(file);
  if (!(await lstat(path)).isFile()) throw new CliError(EXIT.usage, `${file} is not a file: name the bundle to update`);
  return { path, exists: true };
}

/** undefined: it holds no event, so that the room is exported whole. @throws CliError */
async function bookmark(file: string): Promise<Awaited<ReturnType<typeof bookmarkOf>>> {
  try {
    return await bookmarkOf(file);
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    throw new CliError(EXIT.failed, `${file}: ${error.message} [${error.code}]: nothing was changed`);
  }
}

async function merge(files: readonly [string, string], whole: string): Promise<void> {
  try {
    await mergeBundles(files, (write) => write(createWriteStream(whole, { flush: true })));
  } catch (error) {
    if (!(error instanceof MergeError)) throw error;
    throw new CliError(
      EXIT.failed,
      `${files[0]} cannot be updated: ${error.message} (bundle 1 is the file, bundle 2 what is new; give the options that the file was exported with). It was not changed`,
    );
  }
}

/** Reads a bundle back before it takes the place of another. Gives how many events it holds. @throws CliError */
async function soundEvents(file: string): Promise<number> {
  const { faults } = await verifyBundle(file);
  if (faults[0])
    throw new CliError(
      EXIT.failed,
      `what was received is not sound: ${faults[0].message} [${faults[0].code}]; nothing was changed`,
    );
  const bundle = await openArchive(file);
  try {
    return bundle.head.counts.events;
  } finally {
    await bundle.close();
  }
}
