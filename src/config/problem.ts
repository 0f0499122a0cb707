/** Something wrong in a file that the operator wrote; `line` counts from 1 and is absent where no line can be blamed. */
export interface Problem {
  file: string;
  line?: number;
  message: string;
  /** true: the service starts all the same */
  warning?: boolean;
}

/** `config.yaml:3: …`, or `config.yaml:3: warning: …` */
export function showProblem({ file, line, message, warning = false }: Problem): string {
  return `${file}${line === undefined ? "" : `:${String(line)}`}: ${warning ? "warning: " : ""}${message}`;
}

/** The config, or the registration, cannot be used; each problem stands on a line of its own in the message. */
export class ConfigError extends Error {
  readonly problems: Problem[];

  constructor(problems: readonly Problem[]) {
    const inOrder = problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
    super(inOrder.map(showProblem).join("\n"));
    this.name = "ConfigError";
    this.problems = inOrder;
  }
}
