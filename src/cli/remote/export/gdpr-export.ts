import { allRoomsOptions } from "../../../exports/all-rooms/all-rooms-params.ts";
import type { Output } from "../../output.ts";
import type { ServiceClient } from "../../service/service-client.ts";
import { typedRequest } from "../../service/typed-options.ts";
import type { World } from "../../world.ts";
import { receiveCollection, requireOutput, type CollectionOutput } from "./receive-collection.ts";

/** Exports all rooms into a file or to stdout. Beside these options those of `allRoomsOptions`. @throws CliError */
export async function exportAllRooms(
  service: () => Promise<ServiceClient>,
  options: CollectionOutput,
  world: World,
  output: Output,
): Promise<void> {
  await requireOutput(options, world);
  const request = typedRequest(allRoomsOptions, options);
  const client = await service();
  await receiveCollection(client, () => client.exportAllRooms(request), options, world, output);
}
