import { HomeserverError, UnexpectedAnswer } from "./homeserver/homeserver.ts";

/** Structured log lines: never a token, never what somebody wrote. */
export interface Logger {
  debug(fields: Record<string, unknown>, message: string): void;
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

/** An unexpected error for the log. Its message is left out: it may quote what somebody wrote. */
export function errorFields(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  // the stack begins with the message, and a line of that may look like a frame
  const stack = (error.stack ?? "").replace(error.message, "");
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  const fields: Record<string, unknown> = { error: error.name, stack: frames.map((line) => line.trim()) };
  if ("code" in error) fields.code = error.code;
  if (error instanceof HomeserverError) Object.assign(fields, { status: error.status, errcode: error.errcode });
  if (error instanceof UnexpectedAnswer) Object.assign(fields, { endpoint: error.endpoint, expected: error.expected });
  if (error.cause !== undefined) fields.cause = errorFields(error.cause);
  return fields;
}
