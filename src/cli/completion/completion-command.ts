import { Argument, type Command } from "commander";
import { Output, type GlobalOptions } from "../output.ts";
import type { World } from "../world.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

const HELP = `
For good:
  bash  roomporter completion bash > ~/.local/share/bash-completion/completions/roomporter
  zsh   roomporter completion zsh > ~/.zfunc/_roomporter     (in .zshrc: fpath+=~/.zfunc, before compinit)
  fish  roomporter completion fish > ~/.config/fish/completions/roomporter.fish
For this shell alone: source <(roomporter completion bash)`;

/** `completion`: what makes a shell complete commands, options and files. It starts nothing when somebody presses Tab. */
export function addCompletionCommand(program: Command, world: World): void {
  program
    .command("completion")
    .description("print what makes a shell complete commands, options and files")
    .addArgument(new Argument("<shell>").choices(SHELLS))
    .addHelpText("after", HELP)
    .action(async (shell: Shell, _options: object, command: Command) => {
      const script = await scriptFor(shell, program);
      new Output(world, command.optsWithGlobals<GlobalOptions>()).result(script.trimEnd(), { shell, script });
    });
}

async function scriptFor(shell: Shell, program: Command): Promise<string> {
  const { commandTree } = await import("./command-tree.ts");
  const nodes = commandTree(program);
  if (shell === "bash") return (await import("./bash.ts")).bashCompletion(nodes);
  if (shell === "zsh") return (await import("./zsh.ts")).zshCompletion(nodes);
  return (await import("./fish.ts")).fishCompletion(nodes);
}
