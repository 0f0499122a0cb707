import { Help, type Argument, type Command, type Option } from "commander";

/** What may stand in a place of a command line: the name of a file, one of some words, or what nobody can guess. */
export type Expected = "file" | "unknown" | readonly string[];

/** One command, as a shell completes what stands behind it. */
export interface CommandNode {
  /** `/room/export`; "" for the program itself */
  path: string;
  commands: { name: string; description: string }[];
  options: CommandOption[];
  /** for what is neither an option nor a command; "file" where any of the command's arguments is a file */
  argument: Expected;
}

/** An option, also one that every command takes. */
export interface CommandOption {
  /** `-o` and `--output`, as far as there are both */
  names: string[];
  description: string;
  /** undefined: it takes no value */
  value: Expected | undefined;
}

/** Placeholders that stand for names of files or folders. */
const FILES = /^(?:file|folder|path|bundles|collection|input)\b/;

/** The program and all of its commands. */
export function commandTree(program: Command): CommandNode[] {
  return nodesOf(program, "");
}

/** One word of a script for bash or zsh. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function nodesOf(command: Command, path: string): CommandNode[] {
  const help = Object.assign(new Help(), { showGlobalOptions: true });
  const options = [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
  const named = new Map(options.map((option) => [option.long ?? option.short, option]));
  const node = {
    path,
    commands: help
      .visibleCommands(command)
      .map((inner) => ({ name: inner.name(), description: firstLine(inner.description()) })),
    options: [...named.values()].map(optionOf),
    argument: argumentOf(command.registeredArguments),
  };
  return [node, ...command.commands.flatMap((inner) => nodesOf(inner, `${path}/${inner.name()}`))];
}

function optionOf(option: Option): CommandOption {
  const names = [option.short, option.long].filter((name) => name !== undefined);
  const [, placeholder] = /[<[](.*?)(?:\.\.\.)?[>\]]/.exec(option.flags) ?? [];
  const value = placeholder === undefined ? undefined : expected(placeholder, option.argChoices);
  return { names, description: firstLine(option.description), value };
}

function argumentOf(args: readonly Argument[]): Expected {
  const all = args.map((argument) => expected(argument.name(), argument.argChoices));
  return all.find((each) => each !== "unknown") ?? "unknown";
}

function expected(placeholder: string, choices: readonly string[] | undefined): Expected {
  return choices ?? (FILES.test(placeholder) ? "file" : "unknown");
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
