import { initAsync, type BackupDecryptionKey } from "@matrix-org/matrix-sdk-crypto-wasm";
import { objectMember, parseJson, stringMember, type JsonValue } from "../../../matrix/json.ts";
import { KeyError } from "../key-error.ts";
import { RoomKeys } from "../room-keys.ts";
import type { Account } from "./account.ts";
import { backupKey } from "./backup-key.ts";
import type { BackupSecret } from "./backup-secret.ts";

const ALGORITHM = "m.megolm_backup.v1.curve25519-aes-sha2";
/** Sessions that are decrypted without a turn of the event loop in between: about 10 ms. */
const SLICE = 50;

/**
 * Reads the sessions of these rooms from a person's key backup on their homeserver (client-server API, "Server-side key backups"), room
 * by room, with requests that change nothing there. A wrong recovery key or passphrase is told before any session is asked for.
 * @throws KeyError
 */
export async function readKeyBackup(
  account: Account,
  secret: BackupSecret,
  roomIds: Iterable<string>,
): Promise<RoomKeys> {
  await initAsync();
  const backup = await account.get("/room_keys/version");
  const version = stringMember(backup, "version");
  const authData = objectMember(backup, "auth_data");
  if (version === undefined || authData === undefined) throw new KeyError("backup_none");
  if (stringMember(backup, "algorithm") !== ALGORITHM) throw new KeyError("backup_algorithm");
  const key = await backupKey(account, authData, secret);
  const keys = new RoomKeys();
  for (const roomId of roomIds) {
    const path = `/room_keys/keys/${encodeURIComponent(roomId)}?version=${encodeURIComponent(version)}`;
    const sessions = Object.entries(objectMember(await account.get(path), "sessions") ?? {});
    for (const [number, [sessionId, session]] of sessions.entries()) {
      if (number % SLICE === SLICE - 1) await new Promise((resolve) => setTimeout(resolve, 0));
      const opened = openSession(key, session);
      if (opened === undefined) keys.addMalformed();
      else keys.addParsed(opened, { roomId, sessionId });
    }
  }
  key.free();
  return keys;
}

function openSession(key: BackupDecryptionKey, session: JsonValue): JsonValue | undefined {
  const data = objectMember(session, "session_data");
  const [ephemeral, mac, ciphertext] = ["ephemeral", "mac", "ciphertext"].map((name) => stringMember(data, name));
  if (ephemeral === undefined || mac === undefined || ciphertext === undefined) return undefined;
  try {
    return parseJson(key.decryptV1(ephemeral, mac, ciphertext));
  } catch {
    return undefined;
  }
}
