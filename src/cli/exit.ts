/** Exit codes of the command line; part of its contract. */
export const EXIT = { done: 0, failed: 1, usage: 2, refused: 3, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends the command with this code, its message on stderr. */
export class CliError extends Error {
  readonly code: ExitCode;
  readonly errcode: string | undefined;
  readonly reasons: readonly { code: string; message: string }[];
  /** what else a program is told with --json */
  readonly more: Readonly<Record<string, unknown>>;

  constructor(code: ExitCode, message: string, details: Partial<Pick<CliError, "errcode" | "reasons" | "more">> = {}) {
    super(message);
    this.name = "CliError";
    this.code = code;
    this.errcode = details.errcode;
    this.reasons = details.reasons ?? [];
    this.more = details.more ?? {};
  }
}
