import { importOptions } from "../../imports/options.ts";
import { CliError, EXIT } from "../exit.ts";
import type { Output } from "../output.ts";
import type { ServiceClient } from "../service/service-client.ts";
import type { World } from "../world.ts";
import { typedRequest } from "../service/typed-options.ts";
import { closeRoom } from "./room-close.ts";
import type { RoomImportOptions } from "./room-import.ts";

/** Closes a room that an import has made, once the person at the terminal has typed its name. @throws CliError */
export async function undoImport(
  service: () => Promise<ServiceClient>,
  workspace: string | undefined,
  options: RoomImportOptions,
  world: World,
  output: Output,
): Promise<void> {
  const { undo, file, yes = false } = options;
  if (undo === undefined) throw new CliError(EXIT.usage, "--yes is for --undo ROOM: an import asks nothing");
  const others = typedRequest(importOptions, options, { workspace_id: workspace });
  if (file !== undefined || Object.keys(others).length > 0)
    throw new CliError(EXIT.usage, "--undo takes the room alone: leave the workspace and the options of imports out");
  await closeRoom(service, undo, { yes }, world, output, "undo");
}
