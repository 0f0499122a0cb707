import type { Command } from "commander";
import { connect, withConnection, type ConnectionOptions } from "../service/connection.ts";
import { Output, type GlobalOptions } from "../output.ts";
import type { World } from "../world.ts";

/** `roomporter keys`: what a service signs its bundles with. */
export function addKeysCommand(program: Command, world: World): void {
  withConnection(program.command("keys").description("the public keys with which a service signs its bundles, as PEM"))
    .addHelpText(
      "after",
      "\nExample:\n  roomporter keys --tenant home > home.pem && roomporter bundle verify room.zip --key home.pem",
    )
    .action(async (options: ConnectionOptions, command: Command) => {
      const keys = await (await connect(options, world)).keys();
      const text = keys.map(({ key_id, server_name, pem }) => `${key_id} of ${server_name}\n${pem}`).join("");
      new Output(world, command.optsWithGlobals<GlobalOptions>()).result(text.trimEnd(), keys);
    });
}
