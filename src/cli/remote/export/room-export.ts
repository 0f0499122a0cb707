import { pipeline } from "node:stream/promises";
import { BundleError } from "../../../bundle/faults.ts";
import { NOTHING_MATCHED } from "../../../exports/nothing-matched.ts";
import { exportNowOptions } from "../../../exports/options.ts";
import { CliError, EXIT } from "../../exit.ts";
import { hasKeys, type KeyOptions } from "../../bundle/decrypt/key-options.ts";
import type { Output } from "../../output.ts";
import { bytes } from "../../progress.ts";
import { typedRequest } from "../../service/typed-options.ts";
import type { ServiceClient } from "../../service/service-client.ts";
import { requireFree, writeWholeFile, type ForceOption } from "../../output-file.ts";
import { requireRoom } from "../../service/room-name.ts";
import type { World } from "../../world.ts";
import { receiveExport } from "./receive-export.ts";

/** Beside these the options of `exportNowOptions`. */
export interface RoomExportOptions extends ForceOption, KeyOptions {
  output?: string;
  /** a file */
  sinceBundle?: string;
  /** a file */
  update?: string;
  withPredecessors?: boolean;
}

/** Writes the room's bundle to a file or to stdout; a file appears under its name only when it is complete. */
export async function exportRoom(
  service: () => Promise<ServiceClient>,
  roomId: string,
  options: RoomExportOptions,
  world: World,
  output: Output,
): Promise<void> {
  if (options.withPredecessors === true) {
    const { exportWithPredecessors } = await import("./predecessors-export.ts");
    await exportWithPredecessors(service, roomId, options, world, output);
    return;
  }
  if (options.update !== undefined) {
    if (hasKeys(options))
      throw new CliError(EXIT.usage, "--update keeps the bundle as it is exported: decrypt a copy with bundle decrypt");
    const { updateBundle } = await import("./room-update.ts");
    await updateBundle(service, roomId, { ...options, update: options.update }, world, output);
    return;
  }
  checkArguments(roomId, options, world);
  // what is wrong with the rest is told before a large bundle is read
  typedRequest(exportNowOptions, options, { since_bundle: undefined });
  if (options.output !== undefined) await requireFree(options.output, options);
  const since = options.sinceBundle === undefined ? undefined : await bookmarkText(options.sinceBundle);
  const request = typedRequest(exportNowOptions, options, { since_bundle: since });
  if (hasKeys(options)) {
    const { exportDecrypted } = await import("./room-export-decrypted.ts");
    await exportDecrypted(service, roomId, request, options, world, output);
    return;
  }
  const client = await service();
  const started = performance.now();
  const { output: file } = options;
  const about = { world, output, keeps: file === undefined };
  const { received, empty } = await receiveExport(client, roomId, request, about, (body, counted, signal) =>
    file === undefined
      ? pipeline(body, counted, world.stdout, { signal, end: false })
      : writeWholeFile(file, options, (out) => pipeline(body, counted, out, { signal })),
  );
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  output.note(`Exported ${roomId}: ${bytes(received)} in ${seconds} s${file === undefined ? "" : `, ${file}`}`);
  if (empty) output.note(NOTHING_MATCHED);
}

/** @throws CliError */
async function bookmarkText(file: string): Promise<string> {
  const { bookmarkOf, bookmarkText: textOf } = await import("../../../bundle/bookmark.ts");
  const bookmark = await bookmarkOf(file).catch((error: unknown) => {
    throw error instanceof BundleError ? new CliError(EXIT.failed, `${file}: ${error.message} [${error.code}]`) : error;
  });
  if (!bookmark) throw new CliError(EXIT.failed, `${file} holds no event to go on from: export the room whole`);
  return textOf(bookmark);
}

/** @throws CliError where it cannot end well */
function checkArguments(room: string, options: RoomExportOptions, world: World): void {
  requireRoom(room);
  if (options.output === undefined && !hasKeys(options) && world.stdout.isTTY === true)
    throw new CliError(
      EXIT.usage,
      "refusing to write a ZIP to a terminal: redirect it (> room.zip), or use -o room.zip",
    );
}
