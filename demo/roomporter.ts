import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { text } from "node:stream/consumers";
import { PROGRAM, type Service } from "../test/support/service.ts";

/**
 * Runs `roomporter …` as somebody's shell would: progress and remarks on this terminal, `< input` and `> output` from and to
 * files. Gives what it printed, where that went to no file.
 * @throws Error where the exit code is not 0
 */
export async function roomporter(
  args: string[],
  options: { service?: Service; token?: string; input?: string; output?: string } = {},
): Promise<string> {
  const stdin = options.input === undefined ? "ignore" : openSync(options.input, "r");
  const stdout = options.output === undefined ? "pipe" : openSync(options.output, "w");
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    stdio: [stdin, stdout, "inherit"],
    env: { ...process.env, ROOMPORTER_URL: options.service?.url, ROOMPORTER_TOKEN: options.token },
  });
  for (const file of [stdin, stdout]) if (typeof file === "number") closeSync(file);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const printed = child.stdout === null ? "" : await text(child.stdout);
  const code = await ended;
  if (code !== 0) throw new Error(`roomporter ${args.join(" ")} ended with ${String(code)}`);
  return printed.trim();
}
