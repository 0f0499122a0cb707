import type { Command } from "commander";
import { spaceExportOptions } from "../../exports/space/options.ts";
import { spaceImportOptions } from "../../imports/space/options.ts";
import { Output, type GlobalOptions } from "../output.ts";
import { withForce } from "../output-file.ts";
import { connect, withConnection, type ConnectionOptions } from "../service/connection.ts";
import { SPACE_ARGUMENT } from "../service/find-space.ts";
import { addTypedOptions } from "../service/typed-options.ts";
import type { World } from "../world.ts";
import type { SpaceImportOptions } from "./space-import.ts";
import type { CollectionOutput } from "./export/receive-collection.ts";

/** Adds `space export` and `space import`. */
export function addSpaceCommands(program: Command, world: World): void {
  const space = program.command("space").description("export and import spaces with their rooms");

  withConnection(
    addTypedOptions(
      withForce(
        space
          .command("export")
          .description("export a space and its rooms that you are in, as one ZIP of bundles with an index")
          .argument(...SPACE_ARGUMENT)
          .option("-o, --output <file>", "write this file instead of stdout; it appears only when it is complete")
          .option("--update <file>", "bring this collection of the space up to date, or make it; for cron"),
      ),
      spaceExportOptions,
    ),
  )
    .addHelpText("after", "\nExample:\n  roomporter space export Team --tenant home -o team.zip")
    .action(
      async (name: string, options: CollectionOutput & { update?: string } & ConnectionOptions, command: Command) => {
        const { exportSpace } = await import("./export/space-export.ts");
        const output = new Output(world, command.optsWithGlobals<GlobalOptions>());
        await exportSpace(() => connect(options, world), name, options, world, output);
      },
    );

  withConnection(
    addTypedOptions(
      space
        .command("import")
        .description("import a collection of rooms into new rooms, and print the first one's id (with --json: the job)")
        .argument("[workspace]", "the space that the new space joins: its slug, alias or room id")
        .option("-f, --file <file>", "read the collection from this file instead of stdin")
        .option("--dry-run", "only say what would be made, what is refused, and how long it would take"),
      spaceImportOptions,
    ),
  )
    .addHelpText("after", "\nExample:\n  roomporter space import --tenant home -f team.zip --dry-run")
    .action(
      async (workspace: string | undefined, options: SpaceImportOptions & ConnectionOptions, command: Command) => {
        const { importSpace } = await import("./space-import.ts");
        const output = new Output(world, command.optsWithGlobals<GlobalOptions>());
        await importSpace(() => connect(options, world), workspace, options, world, output);
      },
    );
}
