import { exportJobOptions } from "../../../exports/predecessors/options.ts";
import { hasKeys } from "../../bundle/decrypt/key-options.ts";
import { CliError, EXIT } from "../../exit.ts";
import type { Output } from "../../output.ts";
import { requireRoom } from "../../service/room-name.ts";
import type { ServiceClient } from "../../service/service-client.ts";
import { typedRequest } from "../../service/typed-options.ts";
import type { World } from "../../world.ts";
import { receiveCollection, requireOutput } from "./receive-collection.ts";
import type { RoomExportOptions } from "./room-export.ts";

/** What is about one bundle, or about an export that is answered at once. */
const EXCLUDED = ["sinceBundle", "update", "thread", "as"] as const;

/** Exports a room and those that it took the place of, as one ZIP of bundles. @throws CliError */
export async function exportWithPredecessors(
  service: () => Promise<ServiceClient>,
  roomId: string,
  options: RoomExportOptions,
  world: World,
  output: Output,
): Promise<void> {
  requireRoom(roomId);
  const given: Readonly<Record<string, unknown>> = { ...options };
  const other = EXCLUDED.find((name) => given[name] !== undefined);
  if (other !== undefined || hasKeys(options)) {
    const name = other === undefined ? "keys" : other.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new CliError(
      EXIT.usage,
      `--with-predecessors and --${name}: with predecessors a ZIP of bundles is made; leave one of the two out`,
    );
  }
  await requireOutput(options, world);
  const request = typedRequest(exportJobOptions, options);
  const client = await service();
  await receiveCollection(client, () => client.exportWithPredecessors(roomId, request), options, world, output);
}
