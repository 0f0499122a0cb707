import type { Command } from "commander";
import { addConvertCommand } from "./convert-command.ts";
import { addDecryptCommand } from "./decrypt/decrypt-command.ts";
import type { RenderOptions } from "./bundle-render.ts";
import type { ExtractOptions } from "./collection/extract.ts";
import { Output, type GlobalOptions } from "../output.ts";
import { withForce, type ForceOption } from "../output-file.ts";
import type { World } from "../world.ts";

const VERIFY_HELP = `
Exit code 0: sound, and signed with the key where one is given; 1: not. Without --key, a signature may be anybody's.

Examples:
  roomporter bundle verify room.zip && echo sound
  roomporter keys --tenant home > home.pem && roomporter bundle verify --key home.pem room.zip`;

const MERGE_HELP = `
All are verified first. The whole is as a new export, but unsigned and without a viewer: keep the signed parts.

Example:
  roomporter bundle merge monday.zip tuesday.zip wednesday.zip -o room.zip`;

/** The commands that only need a file. */
export function addBundleCommands(program: Command, version: string, world: World): void {
  const bundle = program
    .command("bundle")
    .description(
      "check, read, compare, join and convert bundles, the ZIP files that room export makes, and collections of them; needs no service",
    );
  const outputOf = (command: Command): Output => new Output(world, command.optsWithGlobals<GlobalOptions>());

  bundle
    .command("verify")
    .description("check everything: the archive, the manifest, relations, counts, the hash of every file")
    .argument("<file>", "the bundle, or a collection of them")
    .option("--key <file|base64>", "it must be signed with this ed25519 public key, or one of the PEM file")
    .addHelpText("after", VERIFY_HELP)
    .action(async (file: string, { key }: { key?: string }, command: Command) => {
      const { verify } = await import("./bundle.ts");
      await verify(file, key, world, outputOf(command));
    });
  bundle
    .command("show")
    .description("say what is in a bundle: its room, time, people, how complete it is")
    .argument("<file>", "the bundle, or a collection; it is not verified")
    .addHelpText("after", "\nExample:\n  roomporter bundle show room.zip")
    .action(async (file: string, _options: object, command: Command) => {
      const { show } = await import("./bundle.ts");
      await show(file, outputOf(command));
    });
  withForce(
    bundle
      .command("merge")
      .description("join a bundle and those that go on from it (room export --since-bundle) into the whole")
      .argument("<bundles...>", "the first one, then each that goes on from the one before it")
      .requiredOption("-o, --output <file>", "the file to write; it appears only when it is complete"),
  )
    .addHelpText("after", MERGE_HELP)
    .action(async (files: string[], options: ForceOption & { output: string }, command: Command) => {
      const { merge } = await import("./bundle-merge.ts");
      await merge(files, options, world, outputOf(command));
    });
  bundle
    .command("diff")
    .description("compare the conversation in two bundles; exit code 0: equivalent, 1: not")
    .argument("<file>", "e.g. the export of a room")
    .argument("<file>", "e.g. the export of the room that it was imported into")
    .addHelpText("after", "\nExample:\n  roomporter bundle diff before.zip after.zip")
    .action(async (a: string, b: string, _options: object, command: Command) => {
      const { diff } = await import("./bundle.ts");
      await diff(a, b, world, outputOf(command));
    });
  withForce(
    bundle
      .command("extract")
      .description("write the bundles of a collection (gdpr export) as files of their own")
      .argument("<collection>", "the ZIP of many rooms")
      .requiredOption("-o, --output <folder>", "where to write them, as 00001.zip and so on")
      .option("--room <room...>", "only these rooms, by their ids"),
  )
    .addHelpText("after", "\nExample:\n  roomporter bundle extract rooms.zip -o rooms/")
    .action(async (file: string, options: ExtractOptions, command: Command) => {
      const { extract } = await import("./collection/extract.ts");
      await extract(file, options, outputOf(command));
    });
  addDecryptCommand(bundle, world);
  addConvertCommand(bundle, version, world);
  bundle
    .command("render")
    .description("write the conversation as web pages that open from disk, without a server or a network")
    .argument("<file>", "the bundle, or a collection; it is verified first")
    .requiredOption(
      "-o, --output <path>",
      "the folder to make, which must not hold anything yet; with --single-file: the file",
    )
    .option("--single-file", "one HTML file with everything inside, instead of a folder")
    .option("--force", "overwrite the file of --single-file, where there is one")
    .addHelpText("after", "\nExample:\n  roomporter bundle render room.zip -o room/ && open room/index.html")
    .action(async (file: string, options: RenderOptions, command: Command) => {
      const { render } = await import("./bundle-render.ts");
      await render(file, options, world, outputOf(command));
    });
}
