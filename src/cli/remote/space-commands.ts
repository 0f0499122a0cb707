import type { Command } from "commander";
import { spaceExportOptions } from "../../exports/space/options.ts";
import { Output, type GlobalOptions } from "../output.ts";
import { withForce } from "../output-file.ts";
import { connect, withConnection, type ConnectionOptions } from "../service/connection.ts";
import { SPACE_ARGUMENT } from "../service/find-space.ts";
import { addTypedOptions } from "../service/typed-options.ts";
import type { World } from "../world.ts";
import type { CollectionOutput } from "./export/receive-collection.ts";

/** Adds `space export`. */
export function addSpaceCommands(program: Command, world: World): void {
  const space = program.command("space").description("export spaces with their rooms");

  withConnection(
    addTypedOptions(
      withForce(
        space
          .command("export")
          .description("export a space and its rooms that you are in, as one ZIP of bundles with an index")
          .argument(...SPACE_ARGUMENT)
          .option("-o, --output <file>", "write this file instead of stdout; it appears only when it is complete"),
      ),
      spaceExportOptions,
    ),
  )
    .addHelpText("after", "\nExample:\n  roomporter space export Team --tenant home -o team.zip")
    .action(async (name: string, options: CollectionOutput & ConnectionOptions, command: Command) => {
      const { exportSpace } = await import("./export/space-export.ts");
      const output = new Output(world, command.optsWithGlobals<GlobalOptions>());
      await exportSpace(() => connect(options, world), name, options, world, output);
    });
}
