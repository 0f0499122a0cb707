import { readFile } from "node:fs/promises";
import { publicKeysIn } from "../bundle/public-keys.ts";
import { CliError, EXIT } from "./exit.ts";

/** The ed25519 public keys (base64) that `--key` names: one in base64, or a file that holds one so, or some in PEM. @throws CliError */
export async function keysOf(fileOrKey: string): Promise<string[]> {
  const given = publicKeysIn(fileOrKey);
  if (given.length > 0) return given;
  const keys = publicKeysIn(await readFile(fileOrKey, "utf8"));
  if (keys.length > 0) return keys;
  throw new CliError(EXIT.usage, `${fileOrKey} holds no ed25519 public key: give it in PEM or base64`);
}
