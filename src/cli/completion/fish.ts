import type { CommandNode, CommandOption } from "./command-tree.ts";

/** For fish from 3.0 on. */
export function fishCompletion(nodes: readonly CommandNode[]): string {
  const paths = nodes.flatMap(({ path }) => (path === "" ? [] : [path]));
  return `# fish completion for roomporter: roomporter completion fish | source
function __roomporter_at
    set -l at ''
    for word in (commandline -opc)[2..-1]
        switch "$at/$word"
            case ${paths.join(" ")}
                set at "$at/$word"
        end
    end
    test "$at" = "$argv[1]"
end
complete -c roomporter -f
${nodes.flatMap(linesOf).join("\n")}
`;
}

function linesOf({ path, commands, options, argument }: CommandNode): string[] {
  const here = `complete -c roomporter -n ${quoted(`__roomporter_at "${path}"`)}`;
  const words = argument !== "unknown" && argument !== "file" ? [`${here} -a ${quoted(argument.join(" "))}`] : [];
  return [
    ...commands.map(({ name, description }) => `${here} -a ${name} -d ${quoted(description)}`),
    ...(argument === "file" ? [`${here} -F`] : words),
    ...options.map((option) => `${here} ${nameOf(option)}${valueOf(option)} -d ${quoted(option.description)}`),
  ];
}

function nameOf({ names }: CommandOption): string {
  return names.map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)).join(" ");
}

function valueOf({ value }: CommandOption): string {
  if (value === undefined) return "";
  if (value === "file") return " -r -F";
  return value === "unknown" ? " -x" : ` -x -a ${quoted(value.join(" "))}`;
}

/** fish knows `\'` between its quotes, and so `\\` too. */
function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
