import { createWriteStream } from "node:fs";
import { lstat, realpath } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { z } from "zod";
import { bookmarkOf, bookmarkText, type Bookmark } from "../../../bundle/bookmark.ts";
import { BundleError } from "../../../bundle/faults.ts";
import { mergeBundles, MergeError } from "../../../bundle/merge/merge.ts";
import { openArchive } from "../../../bundle/open-bundle.ts";
import { verifyBundle } from "../../../bundle/verify/verify.ts";
import type { exportNowOptions } from "../../../exports/options.ts";
import { CliError, EXIT } from "../../exit.ts";
import type { Output } from "../../output.ts";
import type { ServiceClient } from "../../service/service-client.ts";
import type { World } from "../../world.ts";
import { receiveExport } from "./receive-export.ts";

/** A bundle that is to be brought up to date. */
export interface BaseBundle {
  path: string;
  /** how messages call it */
  name: string;
}

export interface UpdatedBundle {
  /** in the folder; it has been read back, and is sound */
  path: string;
  events: number;
  /** of them, how many are new */
  added: number;
  /** bytes */
  received: number;
}

/**
 * Fetches what is new in a room and merges it with what there was. @param base undefined: there was nothing, and the room is exported whole
 * @param folder of this call's own @throws CliError; nothing but the folder was written to
 */
export async function updatedBundle(
  client: ServiceClient,
  roomId: string,
  request: z.input<typeof exportNowOptions>,
  { base, folder, world, output }: { base: BaseBundle | undefined; folder: string; world: World; output: Output },
): Promise<UpdatedBundle> {
  const mark = base && (await bookmark(base));
  const received = join(folder, "received.zip");
  const since = mark && { since_bundle: bookmarkText(mark) };
  const about = { world, output, keeps: false };
  const got = await receiveExport(client, roomId, { ...request, ...since }, about, (body, counted, signal) =>
    pipeline(body, counted, createWriteStream(received, { flush: true }), { signal }),
  );
  const path = mark === undefined ? received : join(folder, "whole.zip");
  if (base && mark) await merge(base, received, path);
  const events = await soundEvents(path);
  return { path, events, added: events - (mark?.events ?? 0), received: got.received };
}

/** Where a link leads: the file itself is replaced. @throws CliError where it is no file */
export async function updateTarget(file: string): Promise<{ path: string; exists: boolean }> {
  const found = await lstat(file).catch(() => undefined);
  if (!found) return { path: file, exists: false };
  const path = await realpath(file);
  if (!(await lstat(path)).isFile()) throw new CliError(EXIT.usage, `${file} is not a file: name the one to update`);
  return { path, exists: true };
}

/** undefined: it holds no event, so that the room is exported whole. @throws CliError */
async function bookmark({ path, name }: BaseBundle): Promise<Bookmark | undefined> {
  try {
    return await bookmarkOf(path);
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    throw new CliError(EXIT.failed, `${name}: ${error.message} [${error.code}]: nothing was changed`);
  }
}

async function merge({ path, name }: BaseBundle, received: string, whole: string): Promise<void> {
  try {
    await mergeBundles([path, received], (write) => write(createWriteStream(whole, { flush: true })));
  } catch (error) {
    if (!(error instanceof MergeError)) throw error;
    throw new CliError(
      EXIT.failed,
      `${name} cannot be updated: ${error.message} (bundle 1 is the file, bundle 2 what is new; give the options that the file was exported with). It was not changed`,
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
