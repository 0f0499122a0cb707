import { spawn } from "node:child_process";
import { PROGRAM } from "./service.ts";

export interface Outcome {
  /** exit code; null where a signal ended it */
  code: number | null;
  stdout: Buffer;
  stderr: string;
}

/** Runs `roomporter …` to its end. */
export function runProgram(
  args: string[],
  options: { stdin?: Uint8Array; env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  // a program that ends before it has read everything is no fault of the caller's
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.stdin);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) =>
      resolve({ code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }),
    );
  });
}
