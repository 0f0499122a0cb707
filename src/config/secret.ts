import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { z } from "zod";

/** A value that should not stand in the config itself may come from a file or from the environment. */
export const secret = z.union(
  [z.string().min(1), z.strictObject({ file: z.string().min(1) }), z.strictObject({ env: z.string().min(1) })],
  { error: "expected a text, {file: PATH} or {env: NAME}" },
);
export type Secret = z.infer<typeof secret>;

export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws Error where the file or the variable is not there; its message does not hold the secret */
export async function readSecret(value: Secret, folder: string, environment: Environment): Promise<string> {
  if (typeof value === "string") return value;
  if ("env" in value) {
    const found = environment[value.env]?.trim();
    if (!found) throw new Error(`the environment has no ${value.env}`);
    return found;
  }
  try {
    return (await readFile(resolve(folder, value.file), "utf8")).trim();
  } catch {
    throw new Error(`cannot read ${value.file}`);
  }
}
