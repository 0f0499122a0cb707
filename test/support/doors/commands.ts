import type { Command } from "commander";
import { buildProgram } from "../../../src/cli/program.ts";

const unused = (): Promise<void> => Promise.resolve();
const PROGRAM = buildProgram({
  version: "0",
  serve: unused,
  worker: unused,
  copyDatabase: () => Promise.resolve({}),
  registration: unused,
  configCheck: () => Promise.resolve({ warnings: [], facts: [] }),
  confirmClock: () => Promise.resolve(0),
  auditVerify: () => Promise.reject(new Error("not to be called")),
});

/** Every command of the command line that does something: `room export` to the command. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map(leaves(PROGRAM, []));

function leaves(command: Command, path: readonly string[]): [string, Command][] {
  if (command.commands.length === 0) return [[path.join(" "), command]];
  return command.commands.flatMap((inner) => leaves(inner, [...path, inner.name()]));
}
