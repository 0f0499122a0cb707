import type { Command } from "commander";
import { connect, withConnection, type ConnectionOptions } from "../service/connection.ts";
import { Output, type GlobalOptions } from "../output.ts";
import type { World } from "../world.ts";

/** `roomporter homeserver check`: what the homeserver behind a service can do. */
export function addHomeserverCommands(program: Command, world: World): void {
  const homeserver = program.command("homeserver").description("find out what the homeserver can do");
  withConnection(
    homeserver
      .command("check")
      .description(
        "probe the homeserver anew, and tell what it does and what of the configuration it cannot do (admins)",
      ),
  )
    .addHelpText("after", "\nExample:\n  roomporter homeserver check --tenant home")
    .action(async (options: ConnectionOptions, command: Command) => {
      const { checkHomeserver } = await import("./homeserver-check.ts");
      await checkHomeserver(await connect(options, world), new Output(world, command.optsWithGlobals<GlobalOptions>()));
    });
}
