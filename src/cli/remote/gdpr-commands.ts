import type { Command } from "commander";
import { allRoomsOptions } from "../../exports/all-rooms/all-rooms-params.ts";
import { addTypedOptions } from "../service/typed-options.ts";
import { connect, withConnection, type ConnectionOptions } from "../service/connection.ts";
import type { CollectionOutput } from "./export/receive-collection.ts";
import { Output, type GlobalOptions } from "../output.ts";
import { withForce } from "../output-file.ts";
import type { World } from "../world.ts";

/** Adds `gdpr export`. */
export function addGdprCommands(program: Command, world: World): void {
  const gdpr = program.command("gdpr").description("export all rooms, or all of one user (for admins)");

  withConnection(
    addTypedOptions(
      withForce(
        gdpr
          .command("export")
          .description("export all rooms that the service can read, as one ZIP of bundles with an index")
          .option("-o, --output <file>", "write this file instead of stdout; it appears only when it is complete"),
      ),
      allRoomsOptions,
    ),
  )
    .addHelpText("after", "\nExample:\n  roomporter gdpr export --user @ann:example.org --tenant home > ann.zip")
    .action(async (options: CollectionOutput & ConnectionOptions, command: Command) => {
      const { exportAllRooms } = await import("./export/gdpr-export.ts");
      const output = new Output(world, command.optsWithGlobals<GlobalOptions>());
      await exportAllRooms(() => connect(options, world), options, world, output);
    });
}
