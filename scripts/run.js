import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Something that this machine must have and has not; the message is one sentence for whoever ran the command. */
export class Missing extends Error {}

/** The top folder of the checkout, with a slash at its end. */
export const TOP = fileURLToPath(new URL("..", import.meta.url));

/**
 * Runs a command in the top folder, on this terminal. Ctrl-C goes to the command, which ends in its own time.
 * @param {string} command
 * @param {string[]} args
 * @param {(message: unknown) => void} [onMessage] what the command sends with `process.send`
 * @returns {Promise<number>} its exit code
 */
export function run(command, args, onMessage) {
  /** @type {("inherit" | "ipc")[]} */
  const stdio = ["inherit", "inherit", "inherit"];
  if (onMessage !== undefined) stdio.push("ipc");
  const child = spawn(command, args, { cwd: TOP, stdio });
  if (onMessage !== undefined) child.on("message", onMessage);
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  };
  process.on("SIGINT", forward);
  process.on("SIGTERM", forward);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      process.off("SIGINT", forward);
      process.off("SIGTERM", forward);
      resolve(code ?? 1);
    });
  });
}

/**
 * Runs a script and sets the exit code; what is missing is told in its one sentence.
 * @param {() => Promise<number>} script
 * @returns {Promise<void>}
 */
export async function main(script) {
  try {
    process.exitCode = await script();
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
