import { open } from "node:fs/promises";
import { readKeyFile } from "../../../decrypt/keys/file/read-key-file.ts";
import type { Account } from "../../../decrypt/keys/backup/account.ts";
import { secretOf } from "../../../decrypt/keys/backup/backup-secret.ts";
import { readKeyBackup } from "../../../decrypt/keys/backup/read-key-backup.ts";
import { KeyError } from "../../../decrypt/keys/key-error.ts";
import { RoomKeys } from "../../../decrypt/keys/room-keys.ts";
import { hasKeys, type KeyOptions } from "./key-options.ts";
import { CliError, EXIT } from "../../exit.ts";
import { readSecretLine } from "../../secret-input.ts";
import type { World } from "../../world.ts";

/** Where a key backup is asked for. */
export interface BackupSource {
  /** the rooms whose keys are wanted, at their homeserver */
  rooms: () => Promise<Iterable<string>>;
  account: () => Promise<Account>;
}

const PASSPHRASE = "ROOMPORTER_KEYS_PASSPHRASE";
const RECOVERY_KEY = "ROOMPORTER_RECOVERY_KEY";
/** More than any key file of a person has. */
const LARGEST_BYTES = 512 * 1024 * 1024;

/** All keys of the files and of the key backup. @throws CliError */
export async function keysFrom(options: KeyOptions, backup: BackupSource, world: World): Promise<RoomKeys> {
  if (!hasKeys(options))
    throw new CliError(
      EXIT.usage,
      "give the keys: --keys FILE, a file that your client has exported, or --recovery-key for your key backup",
    );
  const { keys: files = [], passphraseFile, recoveryKey, recoveryKeyFile } = options;
  const given = passphraseFile === undefined ? world.env[PASSPHRASE] : await secretIn(passphraseFile);
  const all = new RoomKeys();
  for (const file of files) {
    const bytes = await contentsOf(file);
    const passphrase = given ?? (await asked(`Passphrase of ${file}`, "--passphrase-file FILE", PASSPHRASE, world));
    all.addAll(await orSaid(file, readKeyFile(bytes, passphrase)));
  }
  if (recoveryKey === true || recoveryKeyFile !== undefined) {
    const text =
      (recoveryKeyFile === undefined ? world.env[RECOVERY_KEY] : await secretIn(recoveryKeyFile)) ??
      (await asked("Recovery key or security phrase", "--recovery-key-file FILE", RECOVERY_KEY, world));
    const account = await orSaid("key backup", backup.account());
    all.addAll(await orSaid("key backup", readKeyBackup(account, secretOf(text), await backup.rooms())));
  }
  return all;
}

async function orSaid<T>(what: string, done: Promise<T>): Promise<T> {
  try {
    return await done;
  } catch (error) {
    throw error instanceof KeyError ? new CliError(EXIT.failed, `${what}: ${error.message} [${error.code}]`) : error;
  }
}

async function asked(what: string, option: string, variable: string, world: World): Promise<string> {
  const secret = await readSecretLine(`${what} (it stays hidden): `, world);
  if (secret !== "") return secret;
  const next = `type it, or use ${option} or the environment's ${variable}`;
  throw new CliError(EXIT.usage, `nothing was given as ${what.toLowerCase().split(" of ")[0] ?? ""}: ${next}`);
}

/** One line; white space in it belongs to the secret. */
async function secretIn(file: string): Promise<string> {
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
