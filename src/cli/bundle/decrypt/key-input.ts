import { open } from "node:fs/promises";
import { readKeyFile } from "../../../decrypt/keys/file/read-key-file.ts";
import { KeyError } from "../../../decrypt/keys/key-error.ts";
import { RoomKeys } from "../../../decrypt/keys/room-keys.ts";
import { CliError, EXIT } from "../../exit.ts";
import { readSecretLine } from "../../secret-input.ts";
import type { World } from "../../world.ts";

/** Where the keys of encrypted rooms come from. No secret stands on the command line, where others see it in the list of processes. */
export interface KeyOptions {
  /** files that clients have exported */
  keys?: string[];
  /** a file that holds their passphrase */
  passphraseFile?: string;
}

const PASSPHRASE = "ROOMPORTER_KEYS_PASSPHRASE";
/** More than any key file of a person has. */
const LARGEST_BYTES = 512 * 1024 * 1024;

/** All keys of the files. @throws CliError */
export async function keysFrom({ keys: files = [], passphraseFile }: KeyOptions, world: World): Promise<RoomKeys> {
  if (files.length === 0)
    throw new CliError(EXIT.usage, "give the keys: --keys FILE, a file that your client has exported");
  const given = passphraseFile === undefined ? world.env[PASSPHRASE] : await passphraseIn(passphraseFile);
  const all = new RoomKeys();
  for (const file of files) {
    const bytes = await contentsOf(file);
    const passphrase = given ?? (await asked(file, world));
    all.addAll(await readKeys(file, bytes, passphrase));
  }
  return all;
}

async function readKeys(file: string, bytes: Uint8Array, passphrase: string): Promise<RoomKeys> {
  try {
    return await readKeyFile(bytes, passphrase);
  } catch (error) {
    throw error instanceof KeyError ? new CliError(EXIT.failed, `${file}: ${error.message} [${error.code}]`) : error;
  }
}

async function asked(file: string, world: World): Promise<string> {
  const passphrase = await readSecretLine(`Passphrase of ${file} (it stays hidden): `, world);
  if (passphrase !== "") return passphrase;
  throw new CliError(
    EXIT.usage,
    `no passphrase was given: type it, or use --passphrase-file FILE or the environment's ${PASSPHRASE}`,
  );
}

/** One line; white space in it belongs to the passphrase. */
async function passphraseIn(file: string): Promise<string> {
  return Buffer.from(await contentsOf(file))
    .toString()
    .replace(/\r?\n$/, "");
}

async function contentsOf(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const status = await handle.stat();
    if (status.isDirectory() || status.size > LARGEST_BYTES)
      throw new CliError(
        EXIT.usage,
        `${file} is no file of room keys: it is ${status.isDirectory() ? "a folder" : "too large"}`,
      );
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}
