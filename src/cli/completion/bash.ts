import { quoted, type CommandNode, type Expected } from "./command-tree.ts";

/** For bash from 3.2 on. */
export function bashCompletion(nodes: readonly CommandNode[]): string {
  const paths = nodes.flatMap(({ path }) => (path === "" ? [] : [path]));
  return `# bash completion for roomporter: source <(roomporter completion bash)
_roomporter() {
  local at= word i current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} known=
  COMPREPLY=()
  # --option=value is three words to bash
  if [[ $current == = ]]; then current=; elif [[ $previous == = ]]; then previous=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at/\${COMP_WORDS[i]}" in
      ${paths.join(" | ")}) at="$at/\${COMP_WORDS[i]}" ;;
    esac
  done
  case "$at $previous" in
${nodes.flatMap(valueCases).join("\n")}
    *) if [[ $current == -* ]]; then
      case "$at" in
${nodes.map(({ path, options }) => `        ${quoted(path)}) ${words(options.flatMap(({ names }) => names))} ;;`).join("\n")}
      esac
    else
      case "$at" in
${nodes.flatMap(argumentCase).join("\n")}
      esac
    fi ;;
  esac
  while IFS= read -r word; do
    [[ -z $word ]] || COMPREPLY+=("$word")
  done < <(if [[ $known == file ]]; then compgen -f -- "$current"; elif [[ -n $known ]]; then compgen -W "$known" -- "$current"; fi)
  [[ $known != file ]] || compopt -o filenames 2> /dev/null
}
complete -F _roomporter roomporter
`;
}

function valueCases({ path, options }: CommandNode): string[] {
  return options.flatMap(({ names, value }) =>
    value === undefined
      ? []
      : [`    ${names.map((name) => quoted(`${path} ${name}`)).join(" | ")}) ${known(value)} ;;`],
  );
}

function argumentCase({ path, commands, argument }: CommandNode): string[] {
  if (commands.length > 0) return [`        ${quoted(path)}) ${words(commands.map(({ name }) => name))} ;;`];
  return argument === "unknown" ? [] : [`        ${quoted(path)}) ${known(argument)} ;;`];
}

function known(value: Expected): string {
  if (value === "unknown") return ":";
  return value === "file" ? "known=file" : words(value);
}

function words(all: readonly string[]): string {
  return `known=${quoted(all.join(" "))}`;
}
