import type { Command } from "../command.ts";

/** `!help`: all commands, itself included. @param webPage the address of the web page, where there is one */
export function helpCommand(others: readonly Command[], webPage: string | undefined): Command {
  const help: Command = {
    name: "help",
    usage: "!help",
    help: "shows this.",
    parse: () => async (call) => {
      const lines = [...others, help].map(({ usage, help: sentence }) => `${usage}\n    ${sentence}`);
      const onTheWeb = webPage === undefined ? [] : [`The same on the web: ${webPage}`];
      await call.tell(["I carry rooms from one homeserver to another.", ...lines, ...onTheWeb].join("\n"));
    },
  };
  return help;
}
