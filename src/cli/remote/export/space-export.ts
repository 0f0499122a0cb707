import { spaceExportOptions } from "../../../exports/space/options.ts";
import type { Output } from "../../output.ts";
import type { ServiceClient } from "../../service/service-client.ts";
import { findSpace } from "../../service/find-space.ts";
import { typedRequest } from "../../service/typed-options.ts";
import type { World } from "../../world.ts";
import { receiveCollection, requireOutput, type CollectionOutput } from "./receive-collection.ts";

/** Exports a space and its rooms into a file or to stdout. Beside these options those of `spaceExportOptions`. @throws CliError */
export async function exportSpace(
  service: () => Promise<ServiceClient>,
  space: string,
  options: CollectionOutput & { update?: string },
  world: World,
  output: Output,
): Promise<void> {
  if (options.update !== undefined) {
    const { updateSpace } = await import("./space-update.ts");
    await updateSpace(service, space, { ...options, update: options.update }, world, output);
    return;
  }
  await requireOutput(options, world);
  const request = typedRequest(spaceExportOptions, options);
  const client = await service();
  const spaceId = await findSpace(client, space);
  await receiveCollection(client, () => client.exportSpace(spaceId, request), options, world, output);
}
