import type { Command } from "commander";
import type { ConvertFromOptions } from "./convert.ts";
import { CliError, EXIT } from "./exit.ts";
import { Output, type GlobalOptions } from "./output.ts";
import type { World } from "./world.ts";

/** `bundle convert`: other programs' exports into bundles. */
export function addConvertCommand(bundle: Command, version: string, world: World): void {
  bundle
    .command("convert")
    .description("make a bundle of another program's export")
    .argument("<input>", "the export: a file, a ZIP or a folder")
    .option("--from <program>", "who made the export: element, discord, slack, mattermost or telegram")
    .option("--channel <name>", "one conversation of the export (slack: all of them where none is named)")
    .option("-o, --output <file>", "the bundle; where several are made, a folder for them")
    .addHelpText(
      "after",
      "\nExample:\n  roomporter bundle convert --from slack export.zip --channel general -o general.zip",
    )
    .action(async (input: string, options: Partial<ConvertFromOptions>, command: Command) => {
      const output = new Output(world, command.optsWithGlobals<GlobalOptions>());
      const { from, ...rest } = options;
      if (from === undefined) throw new CliError(EXIT.usage, "say who made the export: --from slack");
      const { convertFrom } = await import("./convert.ts");
      await convertFrom(input, { from, ...rest }, version, world, output);
    });
}
