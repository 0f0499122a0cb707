import { CliError, EXIT } from "./exit.ts";
import type { World } from "./world.ts";

/** A token: one line from stdin, without white space at its ends. @throws CliError */
export async function readSecret(prompt: string, world: World): Promise<string> {
  return (await readSecretLine(prompt, world)).trim();
}

/** What has come behind a line, for who reads the next one. */
const readAhead = new WeakMap<object, string>();

/** One line from stdin as it is: typed unseen where a person sits there, else read as it comes. @throws CliError */
export async function readSecretLine(prompt: string, world: World): Promise<string> {
  const { stdin, stderr } = world;
  const ahead = readAhead.get(stdin) ?? "";
  const hidden = stdin.isTTY === true && stdin.setRawMode !== undefined;
  if (hidden) {
    // first: whoever sees the prompt may begin to type
    stdin.setRawMode?.(true);
    stderr.write(prompt);
  }
  try {
    let text = "";
    // not for-await: leaving the loop early would destroy stdin
    await new Promise<void>((resolve, reject) => {
      const settle = (error?: Error): void => {
        stdin.off("data", onData).off("end", settle).off("error", reject).pause();
        if (error) reject(error);
        else resolve();
      };
      /** Has the line come to its end? */
      const take = (given: string): boolean => {
        const characters = Array.from(given);
        for (const [index, character] of characters.entries()) {
          if (character === "\n" || character === "\r" || character === "\u0004") {
            const rest = characters.slice(index + 1).join("");
            readAhead.set(stdin, character === "\r" ? rest.replace(/^\n/, "") : rest);
            settle();
            return true;
          }
          if (character === "\u0003") {
            settle(new CliError(EXIT.interrupted, "interrupted: nothing was saved"));
            return true;
          }
          text = character === "\u007f" || character === "\b" ? text.slice(0, -1) : text + character;
        }
        return false;
      };
      const onData = (chunk: Buffer | string): unknown => take(chunk.toString("utf8"));
      readAhead.delete(stdin);
      if (take(ahead)) return;
      if (stdin.readableEnded) settle();
      else stdin.on("data", onData).on("end", settle).on("error", reject).resume();
    });
    return text;
  } finally {
    if (hidden) {
      stdin.setRawMode?.(false);
      stderr.write("\n");
    }
  }
}
