import { Option, type Command } from "commander";
import { FORMATS } from "../../convert/formats.ts";
import { SHAPES, type Shape } from "../../render/output-shapes.ts";
import { CliError, EXIT } from "../exit.ts";
import { withForce } from "../output-file.ts";
import { Output, type GlobalOptions } from "../output.ts";
import type { World } from "../world.ts";

interface ConvertOptions {
  from?: string;
  to?: Shape;
  channel?: string;
  output?: string;
  force?: boolean;
  spreadsheet?: boolean;
  timeZone?: string;
  dateOrder?: string;
  trustImported?: string[];
}

const EXAMPLES = `
What to give for each program:
  element     the ZIP or JSON file of "Export chat", format JSON
  discord     the JSON file of DiscordChatExporter, its folder NAME.json_Files beside it, or a folder of many
  slack       the workspace export, as the ZIP that Slack gives, or what slackdump writes
  mattermost  the bulk export (JSONL), or a ZIP of it with data/; --channel TEAM/CHANNEL
  telegram    the folder of "Export chat history", format JSON
  rocketchat  the ZIP or folder of "Export messages", JSON, or of the data of your account
  zulip       the unpacked folder of the organization's export; --channel NAME
  google-chat the "Google Chat" of Google Takeout; --channel NAME
  whatsapp    the ZIP or folder of "Export chat"; --time-zone
  signal      the folder that signal-export makes; --channel NAME --time-zone
  signal-desktop  the folder that Signal Desktop itself exports as plain text; --channel NAME
  irc         a log of WeeChat, irssi or ZNC, or a folder of them; --time-zone
The bundle says in its ledger what could not be carried: see roomporter bundle show. It is imported like any other.

Examples:
  roomporter bundle convert --from slack export.zip --channel general -o general.zip
  roomporter bundle convert --to markdown room.zip -o room.md`;

/** `bundle convert`: other programs' exports into bundles, bundles into text. */
export function addConvertCommand(bundle: Command, version: string, world: World): void {
  withForce(
    bundle
      .command("convert")
      .description("make a bundle of another program's export, or text, Markdown or CSV of a bundle")
      .argument("<input>", "the export (a file, a ZIP or a folder), or the bundle")
      .addOption(
        new Option("--from <program>", "who made the export; auto: it is told by what is in it").choices([
          "auto",
          ...Object.keys(FORMATS),
        ]),
      )
      .option("--channel <name>", "one conversation of the export; all of them where none is named and -o is a folder")
      .option(
        "--time-zone <name>",
        "whatsapp, signal, irc: IANA time zone of the export's times, such as Europe/Berlin",
      )
      .addOption(
        new Option("--date-order <order>", "whatsapp: where the dates do not tell").choices(["dmy", "mdy", "ymd"]),
      )
      .option("--trust-imported <user...>", "element: Matrix users whose imports are believed to name the true authors")
      .addOption(new Option("--to <shape>", "what to make of a bundle").choices(SHAPES))
      .option(
        "--spreadsheet",
        "--to csv: what a spreadsheet would take for a formula begins with an apostrophe; ids are no longer exact",
      )
      .option("-o, --output <file>", "what to write (--to: stdout where not given); for several bundles, a folder"),
  )
    .addHelpText("after", EXAMPLES)
    .action(async (input: string, options: ConvertOptions, command: Command) => {
      const {
        from,
        to,
        channel,
        timeZone,
        dateOrder,
        trustImported,
        output: file,
        force = false,
        spreadsheet = false,
      } = options;
      const rest = { force, ...(file !== undefined && { output: file }) };
      if ((from === undefined) === (to === undefined))
        throw new CliError(EXIT.usage, "give either --from and the program that made the export, or --to and a shape");
      if (spreadsheet && to !== "csv") throw new CliError(EXIT.usage, "--spreadsheet goes with --to csv");
      if (to !== undefined) {
        if (channel !== undefined) throw new CliError(EXIT.usage, "--channel goes with --from");
        if (timeZone !== undefined) throw new CliError(EXIT.usage, "--time-zone goes with --from");
        if (dateOrder !== undefined) throw new CliError(EXIT.usage, "--date-order goes with --from whatsapp");
        if (trustImported !== undefined) throw new CliError(EXIT.usage, "--trust-imported goes with --from element");
        const { convertTo } = await import("./convert-to.ts");
        await convertTo(input, { to, spreadsheet, ...rest }, world);
      } else if (from !== undefined) {
        const output = new Output(world, command.optsWithGlobals<GlobalOptions>());
        const { convertFrom } = await import("./convert-from.ts");
        const given = {
          from,
          ...rest,
          ...(channel !== undefined && { channel }),
          ...(timeZone !== undefined && { timeZone }),
          ...(dateOrder !== undefined && { dateOrder }),
          ...(trustImported && { trustImported }),
        };
        await convertFrom(input, given, version, world, output);
      }
    });
}
