import { CommanderError, type Command } from "commander";
import type { Actions } from "./actions.ts";
import { CliError, EXIT, type ExitCode } from "./exit.ts";
import { hideTokens } from "./hide-tokens.ts";
import { printable } from "./output.ts";
import { buildProgram } from "./program.ts";
import { processWorld, type World } from "./world.ts";

/**
 * Runs one command line and gives its exit code; every failure is one line on stderr (with --json: one JSON object), without tokens.
 * @param args without the interpreter and the script
 */
export async function runCli(
  args: readonly string[],
  actions: Actions,
  world: World = processWorld(),
): Promise<ExitCode> {
  const program = buildProgram(actions, world);
  // also where the command line is so wrong that its options are not known
  const options = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;
  const json = options.includes("--json");
  everyCommand(program, (command) =>
    command.exitOverride().configureOutput({
      writeOut: (text) => world.stdout.write(text),
      writeErr: (text) => json || world.stderr.write(text),
      // told below, like every other error
      outputError: () => undefined,
    }),
  );
  // A reader that has gone is told by the write that fails; the event alone would end the process.
  world.stdout.on("error", () => undefined);
  try {
    await program.parseAsync(args, { from: "user" });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
    const failure = failureOf(error, json);
    const message = hideTokens(failure.message, args, world.env);
    const { code, reasons, more, errcode = code === EXIT.usage ? "M_INVALID_PARAM" : "M_UNKNOWN" } = failure;
    const text = json
      ? JSON.stringify({ errcode, error: message, reasons, ...more })
      : `roomporter: ${printable(message)}`;
    if (message !== "") world.stderr.write(text + "\n");
    return code;
  }
}

function failureOf(error: unknown, json: boolean): CliError {
  if (error instanceof CliError) return error;
  if (!(error instanceof CommanderError)) return new CliError(EXIT.failed, plain(error));
  // the help stands on stderr then
  if (error.code === "commander.help") return new CliError(EXIT.usage, json ? "a command is missing: see --help" : "");
  const hint = json ? "" : "\nAdd --help to see how it is used.";
  return new CliError(EXIT.usage, error.message.replace(/^error: /, "") + hint);
}

function everyCommand(command: Command, visit: (command: Command) => unknown): void {
  visit(command);
  for (const inner of command.commands) everyCommand(inner, visit);
}

const FILE_ERRORS = new Map([
  ["ENOENT", "there is no such file or folder"],
  ["EACCES", "you may not read or write it"],
  ["EISDIR", "it is a folder"],
  ["ENOSPC", "the disk is full"],
  ["EEXIST", "it exists already"],
  ["EPIPE", "nobody reads the rest of the output"],
]);

/** What went wrong, for a person. */
function plain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const known = "code" in error && typeof error.code === "string" ? FILE_ERRORS.get(error.code) : undefined;
  if (known === undefined) return error.message;
  return "path" in error && typeof error.path === "string" ? `${error.path}: ${known}` : known;
}
