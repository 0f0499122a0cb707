import type { Command } from "../command.ts";

/** `!help`: all commands, itself included. */
export function helpCommand(others: readonly Command[]): Command {
  const help: Command = {
    name: "help",
    usage: "!help",
    help: "shows this.",
    parse: () => async (call) => {
      const lines = [...others, help].map(({ usage, help: sentence }) => `${usage}\n    ${sentence}`);
      await call.tell(["I carry rooms from one homeserver to another.", ...lines].join("\n"));
    },
  };
  return help;
}
