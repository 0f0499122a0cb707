import { BackupDecryptionKey } from "@matrix-org/matrix-sdk-crypto-wasm";
import { isObject, member, objectMember, stringMember, type JsonObject } from "../../../matrix/json.ts";
import { base64Bytes, toBase64, unpadded } from "../base64.ts";
import { KeyError } from "../key-error.ts";
import type { Account } from "./account.ts";
import type { BackupSecret } from "./backup-secret.ts";
import { passphraseKey } from "./passphrase-key.ts";
import { parseRecoveryKey } from "./recovery-key.ts";
import { isKeyOf, openSecret } from "./secret-cipher.ts";

const SECRET = "m.megolm_backup.v1";
/** More keys for one secret than anybody has. */
const MOST_KEYS = 10;

/**
 * The key that decrypts this backup (`auth_data` of its version). Today it lies in secret storage, behind the recovery key or the
 * passphrase; in accounts from before secret storage, the recovery key or the passphrase is the key itself.
 * @throws KeyError `backup_secret_wrong` where it opens neither
 */
export async function backupKey(
  account: Account,
  authData: JsonObject,
  secret: BackupSecret,
): Promise<BackupDecryptionKey> {
  const recovery = "recoveryKey" in secret ? parseRecoveryKey(secret.recoveryKey) : undefined;
  const publicKey = unpadded(stringMember(authData, "public_key") ?? "");
  let isKnown = false;
  for await (const { id, description, encrypted } of storedKeys(account)) {
    const candidate = recovery ?? (await derivedKey(secret, objectMember(description, "passphrase")));
    if (candidate === undefined || (await isKeyOf(candidate, description)) === false) continue;
    const opened = await openSecret(candidate, SECRET, member(encrypted, id));
    if (opened === undefined) continue;
    isKnown = true;
    const bytes = base64Bytes(opened.trim(), 32);
    const key = bytes && matching(bytes, publicKey);
    if (key) return key;
  }
  if (isKnown) throw new KeyError("backup_key_other");
  const { private_key_salt: salt, private_key_iterations: iterations } = authData;
  const old = salt === undefined ? undefined : { salt, iterations: iterations ?? null };
  const direct = recovery ?? (await derivedKey(secret, old));
  const key = direct && matching(Buffer.from(direct), publicKey);
  if (key === undefined) throw new KeyError("backup_secret_wrong");
  return key;
}

/** The keys of secret storage under which the backup's key lies, the default one first. */
async function* storedKeys(
  account: Account,
): AsyncGenerator<{ id: string; description: JsonObject; encrypted: JsonObject }> {
  const data = (type: string) =>
    account.get(`/user/${encodeURIComponent(account.userId)}/account_data/${encodeURIComponent(type)}`);
  const encrypted = objectMember(await data(SECRET), "encrypted");
  if (encrypted === undefined) return;
  const usual = stringMember(await data("m.secret_storage.default_key"), "key");
  const ids = Object.keys(encrypted).sort((a, b) => Number(b === usual) - Number(a === usual));
  for (const id of ids.slice(0, MOST_KEYS)) {
    const description = await data(`m.secret_storage.key.${id}`);
    if (isObject(description)) yield { id, description, encrypted };
  }
}

async function derivedKey(
  secret: BackupSecret,
  from: JsonObject | undefined,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (!("passphrase" in secret) || from === undefined) return undefined;
  return await passphraseKey(secret.passphrase, stringMember(from, "salt"), member(from, "iterations"));
}

/** The key, where it belongs to this public key. */
function matching(bytes: Buffer, publicKey: string): BackupDecryptionKey | undefined {
  const key = BackupDecryptionKey.fromBase64(toBase64(bytes));
  if (unpadded(key.megolmV1PublicKey.publicKeyBase64) === publicKey) return key;
  key.free();
  return undefined;
}
