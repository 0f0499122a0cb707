import { mkdtemp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { exportNowOptions } from "../../../exports/options.ts";
import { CliError, EXIT } from "../../exit.ts";
import type { Output } from "../../output.ts";
import { bytes } from "../../progress.ts";
import { takePlace } from "../../output-file.ts";
import { requireRoom } from "../../service/room-name.ts";
import type { ServiceClient } from "../../service/service-client.ts";
import { typedRequest } from "../../service/typed-options.ts";
import type { World } from "../../world.ts";
import type { RoomExportOptions } from "./room-export.ts";
import { updatedBundle, updateTarget } from "./updated-bundle.ts";

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
  const file = await updateTarget(options.update);
  const folder = await mkdtemp(join(dirname(file.path), ".roomporter-update-"));
  try {
    const base = file.exists ? { path: file.path, name: options.update } : undefined;
    const about = { base, folder, world, output };
    const { path, events, added, received } = await updatedBundle(await service(), roomId, request, about);
    await takePlace(path, file.path);
    output.note(
      `Updated ${options.update}: ${String(added)} new events of ${String(events)}, ${bytes(received)} received`,
    );
    if (output.json) output.result("", { file: options.update, events, added });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
