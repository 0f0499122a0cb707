import { quoted, type CommandNode, type Expected } from "./command-tree.ts";

/** For zsh, as a function of `$fpath` or to be sourced. */
export function zshCompletion(nodes: readonly CommandNode[]): string {
  const paths = nodes.flatMap(({ path }) => (path === "" ? [] : [path]));
  return `#compdef roomporter
# zsh completion for roomporter: source <(roomporter completion zsh), behind compinit
_roomporter() {
  local at= i current=\${words[CURRENT]} previous=\${words[CURRENT-1]}
  local -a known
  for ((i = 2; i < CURRENT; i++)); do
    case "$at/\${words[i]}" in
      (${paths.join("|")}) at="$at/\${words[i]}" ;;
    esac
  done
  if [[ $current == --*=* ]]; then
    previous=\${current%%=*}
    compset -P '*='
    current=
  fi
  case "$at $previous" in
${nodes.flatMap(valueCases).join("\n")}
  esac
  if [[ $current == -* ]]; then
    case "$at" in
${nodes.map(({ path, options }) => `      (${quoted(path)}) known=(${described(options.flatMap(each))}) ;;`).join("\n")}
    esac
    _describe -o option known
    return
  fi
  case "$at" in
${nodes.flatMap(argumentCase).join("\n")}
  esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _roomporter "$@"; else compdef _roomporter roomporter; fi
`;
}

type Described = { name: string; description: string };

function each({ names, description }: CommandNode["options"][number]): Described[] {
  return names.map((name) => ({ name, description }));
}

function valueCases({ path, options }: CommandNode): string[] {
  return options.flatMap(({ names, value }) =>
    value === undefined
      ? []
      : [`    (${names.map((name) => quoted(`${path} ${name}`)).join("|")}) ${complete(value)}; return ;;`],
  );
}

function argumentCase({ path, commands, argument }: CommandNode): string[] {
  if (commands.length > 0) return [`    (${quoted(path)}) known=(${described(commands)}); _describe command known ;;`];
  return argument === "unknown" ? [] : [`    (${quoted(path)}) ${complete(argument)} ;;`];
}

function complete(value: Expected): string {
  if (value === "unknown") return ":";
  return value === "file" ? "_files" : `compadd -- ${value.map(quoted).join(" ")}`;
}

/** A colon ends the name. */
function described(all: readonly Described[]): string {
  return all.map(({ name, description }) => quoted(`${name}:${description}`)).join(" ");
}
